package cats.effect
package kernel

import cats.{Applicative, Monad => M}
import cats.syntax.all._
import scala.concurrent.duration.FiniteDuration

/** A value that is computed at most once. */
sealed abstract class Memo[+A](val label: String) extends Product with Serializable {
  type Self <: Memo[A]

  protected var runs: Int = 0

  def value: A

  def map[B](f: A => B)(implicit ev: Applicative[Option]): Memo[B] = Memo.delay(f(value))

  def +(other: Memo[Int]): Memo[Int] = Memo.delay(other.value + 1)

  override def toString: String = s"Memo($label, ${runs + 1})"
}

object Memo extends MemoInstances {
  final case class Now[A](value: A) extends Memo[A]("now")

  case object Empty extends Memo[Nothing]("empty") {
    def value: Nothing = throw new NoSuchElementException("empty")
  }

  private val Limit = 16
  lazy val shared: Memo[Int] = delay(Limit)
  val (first, second) = (1, 2)

  def delay[A](body: => A): Memo[A] = {
    def once(): A = body
    new Memo[A]("later") {
      lazy val value: A = once()
    }
  }

  implicit class MemoOps[A](private val self: Memo[A]) extends AnyVal {
    def void: Memo[Unit] = self.map(_ => ())
  }
}

private[kernel] trait MemoInstances {
  implicit def monadForMemo: M[Memo] = new MemoMonad

  implicit val order: Ordering[Memo[Int]] = Ordering.by(_.value)
}

trait Show[A]:
  def show(a: A): String
  extension (a: A) def shown: String = show(a)

given intShow: Show[Int] with
  def show(a: Int): String = a.toString

given [A](using s: Show[A]): Show[List[A]] with
  def show(as: List[A]): String =
    as.map(s.show).mkString(",")

extension [A](as: List[A])
  def second: Option[A] = as.drop(1).headOption
  infix def without(a: A): List[A] = as.filterNot(_ == a)

enum Color(val rgb: Int):
  case Red extends Color(0xFF0000)
  case Green, Blue
  case Mixed(parts: List[Color]) extends Color(0)

opaque type Millis = Long

@main def run(args: String*): Unit =
  val timeout = FiniteDuration(10, "s")
  args.foreach(println)
