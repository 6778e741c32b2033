module example.test/shop

go 1.21

require github.com/goheap/goheap/capture v0.0.0

// Within goheap's repository only; elsewhere go get brings it.
replace github.com/goheap/goheap/capture => ../../../capture
