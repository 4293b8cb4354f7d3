package Mojo::Base;
use strict;
use parent 'Exporter';
use Mojo::Util qw(monkey_patch);
require Carp;

our $VERSION = '1.0';
my %cache = (a => 1);

# Makes one.
sub new {
    my ($class, %args) = @_;
    my $self = bless {%args}, $class;
    $self->attach(helper(1));
    return $self;
}

sub helper { return shift }

package Mojo::Other {
    sub inner { 1 }
}
1;
