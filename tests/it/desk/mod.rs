//! The office's desk: deadlines, quiet hours, escalation, tasks, materials, notices, substitutes.

mod deadlines;
mod escalation;
mod interrupted;
mod materials;
mod notices;
mod quiet;
mod substitutes;
mod tasks;
