module Data.Graph.Inductive (Graph(..), mkGraph) where

import qualified Data.Map.Strict as M
import Data.Maybe (fromMaybe, catMaybes)

-- | A graph.
data Graph a = Empty | Node { label :: a, edges :: [Edge] }
  deriving (Show, Eq)

newtype Wrapper f = Wrapper { unwrap :: f Int }
type Edge = (Int, Int)

class Monoid m => Container m where
  empty :: m a
  insert :: a -> m a -> m a

instance Container Graph where
  empty = Empty
  insert x g = Node x []

-- | Builds one.
mkGraph :: Ord a => [a] -> Graph a
mkGraph [] = Empty
mkGraph (x:xs) = insert x (mkGraph xs)
  where helper = fromMaybe 0

limit :: Int
limit = 3
