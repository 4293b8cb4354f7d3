library(dplyr)
require("ggplot2")
source("R/utils.R")

LIMIT <- 10

# Fits a model.
fit_model <- function(data, formula = y ~ x, ...) {
  helper <- function(z) z + 1
  lm(formula, data = data) |> summary()
}

predict.fit = function(object) stats::predict(object)
setClass("Person", representation(name = "character"))
setMethod("show", "Person", function(object) cat(object@name))
