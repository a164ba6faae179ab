//! Pictures and workbooks, made of the made-up figures in `docs/demo`.

mod command;
mod county;
mod pictures;
mod workbook;
