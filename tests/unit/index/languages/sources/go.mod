module github.com/gohugoio/hugo

go 1.21

require (
	github.com/spf13/cobra v1.7.0
	golang.org/x/text v0.13.0 // indirect
)

replace github.com/x/y => ../y
