open Core
module Map = Stdlib.Map.Make (String)

(* A shape. *)
type shape = Circle of float | Square of { side : float }
type 'a tree = Leaf | Node of 'a tree * 'a * 'a tree
exception Not_found_here of string

module type S = sig
  type t
  val create : int -> t
end

module Make (X : S) : S = struct
  type t = X.t
  let create n = X.create (n + 1)
end

(** Gives the area. *)
let rec area ?(scale = 1.) = function
  | Circle r -> scale *. r
  | Square { side } -> List.fold_left (+.) 0. [side]

and helper x = Printf.printf "%d" x

let limit = 3

class counter init = object (self)
  val mutable n = init
  method incr = n <- n + 1
end
