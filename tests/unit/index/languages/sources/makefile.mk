include common.mk
CC := gcc
CFLAGS ?= -O2 $(EXTRA)
SOURCES = $(wildcard *.c)

.PHONY: all clean

# Builds all.
all: build test

build: $(SOURCES) | dirs
	$(CC) $(CFLAGS) -o $@ $^

%.o: %.c
	$(CC) -c $<

define template
x: $(1)
endef

clean:
	rm -rf build
