//! Units (单位): who promised figures, and the departments that lead.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The lasting key of a unit, as `units.csv` and the database write it (`lanjiang`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(Arc<str>);

impl UnitCode {
    /// Takes a code as written; whether the plan has it is the plan's to say.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.into())
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A unit's place in the plan: its row in `units.csv`, counted from 0. Only good beside its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

impl UnitId {
    /// The place as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The kind that marks a department (部门): it leads and reviews, and carries what is not split.
pub const DEPARTMENT: &str = "部门";

/// One row of `units.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The lasting key.
    pub code: UnitCode,
    /// The name in full: 兰江街道.
    pub name: String,
    /// What people call it, and what tables show: 兰江.
    pub short: String,
    /// 开发区, 街道, 镇, 乡 or 部门.
    pub kind: String,
    /// Other names people use for it.
    pub aliases: Vec<String>,
}

impl Unit {
    /// Whether this is a department.
    #[must_use]
    pub fn is_department(&self) -> bool {
        self.kind == DEPARTMENT
    }

    /// Every name this unit answers to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.short.as_str()]
            .into_iter()
            .chain(self.aliases.iter().map(String::as_str))
    }
}
