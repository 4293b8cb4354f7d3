# frozen_string_literal: true

require "json"
require_relative "sidekiq/client"
autoload :Web, "sidekiq/web"

# Background jobs.
module Sidekiq
  VERSION = "7.2.0"
  NAMES = %w[default low].freeze

  class Error < StandardError; end

  # Runs jobs from
  # one or more queues.
  class Processor < Component::Base
    include Enumerable
    extend Forwardable

    attr_reader :job, :queue
    attr_accessor "thread"
    def_delegators :@queue, :size, :clear
    alias_method :perform, :run
    alias each_job each

    STATES = { idle: 0, busy: 1 }

    class << self
      attr_writer :default

      def start(options = {}, &block)
        new(**options).tap(&block)
      end
    end

    def initialize(queue:, job: nil)
      super()
      @queue = queue
      @job = job
    end

    def self.default_queue = "default"

    def [](index)
      @queue.fetch(index)
    end

    def ==(other)
      other.is_a?(Processor) && other.queue == queue
    end

    def busy?
      !@job.nil?
    end

    def job=(value)
      @job = JSON.parse(value)
    end

    %w[start stop].each do |action|
      define_method(:"#{action}!") { |*args| dispatch(action, *args) }
    end

    define_method(:quiet) do
      logger.info { "quiet #{job&.name}" }
    end

    private def log_failure(error)
      warn <<~TEXT
        #{error.message}
        def not_a_method; end
      TEXT
    rescue Sidekiq::Error => e
      raise
    end

    private

    def dispatch(name, *args, **rest)
      public_send(name, *args)
    end

    module Helpers
      def helper; end
    end
  end

  Entry = Struct.new(:score, :item) do
    def age
      Time.now - score
    end
  end

  Stopped = Class.new(Error)
end

class Sidekiq::Web::Router
  def match(env) = env["PATH_INFO"] => { path: }
end

RSpec.describe Sidekiq::Processor do
  it "runs" do
    expect(Sidekiq::Processor.start).to be_busy
  end
end

task :default => :spec
