terraform {
  required_version = ">= 1.5"
}

# The bucket.
resource "aws_s3_bucket" "logs" {
  bucket = "${var.name}-logs"
  tags   = merge(local.tags, { Name = "x" })

  lifecycle {
    prevent_destroy = true
  }
}

variable "name" {
  type    = string
  default = "a"
}

module "vpc" {
  source = "./modules/vpc"
}

locals {
  tags = {}
}
