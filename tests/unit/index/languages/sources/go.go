//go:build linux

// Package hugolib builds sites.
package hugolib

import (
	"context"
	"fmt"
	. "strings"
	_ "embed"

	qt "github.com/frankban/quicktest"
)

import "C"

const Version = "0.120"

const (
	// KindPage is a page.
	KindPage Kind = iota
	kindHome
)

var (
	ErrClosed = errors.New("closed")
	a, b      int
)

var defaultSite *Site

// Kind says what a page is.
type Kind int

type (
	// Handler handles.
	Handler func(ctx context.Context, p *Page) error
	Alias = map[string][]Kind
)

// Number is any number.
type Number interface {
	~int | ~float64
	fmt.Stringer
	Add(other Number) Number
}

// Site is a collection of pages.
type Site struct {
	*Deps
	sync.Mutex
	Title, Lang string `json:"title"`
	pages       map[string]*Page
	inner       struct {
		depth int
	}
}

type Stack[T any, K comparable] struct{ items []T }

// NewSite makes a site.
func NewSite(title string, opts ...func(*Site) error) (*Site, error) {
	s := &Site{Title: title, pages: make(map[string]*Page)}
	for _, opt := range opts {
		if err := opt(s); err != nil {
			return nil, fmt.Errorf("site %q: %w", title, err)
		}
	}
	go func() { s.watch() }()
	return s, nil
}

func (s *Site) Render(ctx context.Context) (n int, err error) {
	defer s.Unlock()
	type local struct{ x int }
	return s.Deps.Templates().Execute(ctx, Map[int, string](nil, nil)), nil
}

func (st *Stack[T, K]) Push(item T) { st.items = append(st.items, item) }

func Map[T, U any](in []T, f func(T) U) []U { return nil }

func asm(x int) int

func init() { ToUpper(Version) }
