module linear
  use iso_fortran_env, only: real64
  implicit none
  integer, parameter :: limit = 10
  type :: point
    real :: x, y
  end type point
contains
  ! Adds.
  function add(a, b) result(c)
    real, intent(in) :: a, b
    real :: c
    c = a + b
  end function add

  subroutine scale(v, n)
    real, intent(inout) :: v(n)
    call helper(v)
  end subroutine scale
end module linear

program main
  use linear
  print *, add(1.0, 2.0)
end program main
