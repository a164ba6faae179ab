//! `new-plan`: a folder to start a plan from: two units, a department, two indicators, and what to
//! replace them by. It passes `check-plan` as it is.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono_tz::Tz;

use super::ask::Asker;
use super::import_plan::{self, FrameArgs};
use super::plan_folder::{DEPARTMENT, Draft, IndicatorDraft, UnitDraft};

/// What can be answered beforehand.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 新的计划文件夹 / The new folder
    dir: PathBuf,
    #[command(flatten)]
    frame: FrameArgs,
}

/// Asks for names and time, writes the folder, and checks it.
///
/// # Errors
/// What has no answer and nobody to ask; a folder that is not empty.
pub fn run(options: &Options, zone: Option<Tz>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut asker = Asker::new(options.frame.yes);
    let frame = import_plan::frame(&mut asker, &options.frame, "", zone)?;
    let unit = |code: &str, name: &str, short: &str, kind: &str| UnitDraft {
        code: code.to_owned(),
        names: (name.to_owned(), short.to_owned()),
        kind: kind.to_owned(),
    };
    let text = str::to_owned;
    let units = vec![
        unit("u01", "示例街道", "示例", "街道"),
        unit("u02", "样板镇", "样板", "镇"),
        unit("d01", "示例局", "示例局", DEPARTMENT),
    ];
    let indicators = vec![
        IndicatorDraft {
            no: text("1"),
            names: (text("新增示例企业"), text("示例企业")),
            measure: text("家"),
            target: text("30"),
            by_units: true,
            leads: vec![(text("示例局"), None)],
            targets: vec![text("20"), text("10")],
            source: text("示例，请替换"),
            ..IndicatorDraft::default()
        },
        IndicatorDraft {
            no: text("2"),
            names: (text("新增示例厂房"), text("示例厂房")),
            measure: text("万平方米"),
            target: text("2.5"),
            leads: vec![(text("示例局"), None)],
            remark: text("由牵头部门完成"),
            source: text("示例，请替换"),
            ..IndicatorDraft::default()
        },
    ];
    Draft { frame, units, indicators }.write(&options.dir)?;
    import_plan::finish(&options.dir, out)
}
