//! Name resolution.
#![allow(dead_code)]

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::{self, Display as Show},
};
pub use crate::item_tree::*;
extern crate alloc;
mod lower;

/// How deep we go.
pub const LIMIT: usize = 8 * 1024;
static mut COUNTER: u32 = 0;

type Result<T, E = Error> = core::result::Result<T, E>;

/// A definition map.
///
/// One per crate.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub struct DefMap<'a, T: ?Sized + 'a>
where
    T: Show,
{
    pub(crate) root: ModuleId,
    modules: HashMap<Name, &'a T>,
}

struct Unit;
pub struct Wrapper(pub u32, Box<dyn Fn(i32) -> i32>);

union Bits { int: u32, float: f32 }

#[derive(PartialEq)]
pub enum Edition {
    #[doc = "old"]
    E2015 = 2015,
    Tuple(u8, String),
    Struct { year: u16 },
}

pub trait Resolver: Send + fmt::Debug {
    type Output: Default;
    const NAME: &'static str;

    /// Resolves a path.
    fn resolve(&self, path: &Path) -> Option<Self::Output>;

    fn depth(&self) -> usize { LIMIT }
}

impl<'a, T: Show> DefMap<'a, T> {
    // Makes an empty one.
    pub const fn new(root: ModuleId) -> Self {
        DefMap { root, modules: HashMap::new() }
    }

    #[inline]
    pub async unsafe fn collect<F>(&mut self, mut f: F) -> Result<Vec<Name>>
    where
        F: FnMut(&Name) -> bool,
    {
        fn helper(n: u32) -> u32 { n.max(1) }
        let names = self.modules.keys().filter(|n| f(n)).cloned().collect::<Vec<_>>();
        trace!("{} names", names.len());
        Ok(lower::finish::<Name>(names, helper(2))?)
    }
}

impl<T> Resolver for DefMap<'_, T> where T: Show + Sync {
    type Output = Edition;
    const NAME: &'static str = "def";

    fn resolve(&self, path: &Path) -> Option<Edition> {
        match path.kind() {
            PathKind::Plain => Some(Edition::Struct { year: 1 }),
            _ => None,
        }
    }
}

impl Show for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("unit") }
}

#[macro_export]
macro_rules! name {
    ($($x:tt)*) => { $crate::Name::new(stringify!($($x)*)) };
}

extern "C" {
    fn strlen(s: *const c_char) -> usize;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves() {
        assert_eq!(Unit.to_string(), "unit");
    }
}
