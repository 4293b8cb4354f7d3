module Plots
using LinearAlgebra, Statistics
import Base: show, +
include("axes.jl")
export plot

const LIMIT = 10
abstract type Shape end

"A circle."
struct Circle{T<:Real} <: Shape
    r::T
    Circle(r) = new{Float64}(r)
end
mutable struct Box
    side::Int
end

# The area.
function area(c::Circle{T}; scale=1) where T
    return pi * c.r^2 * norm([scale])
end
square(x) = x * x
Base.show(io::IO, c::Circle) = print(io, "circle")
macro twice(ex)
    quote $(esc(ex)) end
end
end
