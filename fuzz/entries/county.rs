//! A county with people in it, without a database: what was decided is applied to a snapshot.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeZone, Utc};
use liaison_bot::conversation::binding::new_invite;
use liaison_bot::conversation::{
    ChatId, Desk, Effects, Event, Incoming, MessageId, Moment, Person, Place, Role, Said, Snapshot,
    UserId, What,
};
use liaison_bot::plan::PlanFolder;

/// Who is there: a liaison with reports and questions, one of another unit, the office, a leader.
pub const LIAISON: UserId = UserId(42);
pub const OTHER: UserId = UserId(43);
pub const OFFICE: UserId = UserId(44);
pub const LEADER: UserId = UserId(45);
pub const STRANGER: UserId = UserId(46);
pub const GROUP: ChatId = ChatId(-1001);

/// A desk, what it knows, and what it has said so far.
pub struct County {
    pub desk: Desk,
    pub snapshot: Snapshot,
    pub effects: Effects,
    updates: i64,
}

/// The five files of the seed plan.
pub fn folder() -> PlanFolder {
    PlanFolder {
        plan_toml: include_str!("../../seeds/lanxi-2018-2020/plan.toml").into(),
        units_csv: include_str!("../../seeds/lanxi-2018-2020/units.csv").into(),
        indicators_csv: include_str!("../../seeds/lanxi-2018-2020/indicators.csv").into(),
        targets_csv: include_str!("../../seeds/lanxi-2018-2020/targets.csv").into(),
        holidays_csv: include_str!("../../seeds/lanxi-2018-2020/holidays.csv").into(),
    }
}

/// Monday of week 25 of 2019, 08:30.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2019, 6, 17, 0, 30, 0).single().expect("a time")
}

pub fn moment() -> Moment {
    Moment { now: now(), fresh_code: || "c0de".to_owned() }
}

/// Made once.
pub static COUNTY: LazyLock<County> = LazyLock::new(County::new);

impl County {
    fn new() -> Self {
        let plan = Arc::new(folder().load().expect("the seed plan loads"));
        let desk = Desk::new(plan, "lanxi_bot".to_owned());
        let (snapshot, effects) = Default::default();
        let mut county = Self { desk, snapshot, effects, updates: 0 };
        for (user, role, unit) in [
            (LIAISON, Role::Liaison, Some("兰江街道")),
            (OTHER, Role::Liaison, Some("云山街道")),
            (OFFICE, Role::Office, None),
            (LEADER, Role::Leader, None),
        ] {
            let unit = unit.map(|unit| county.desk.plan.unit_named(unit).expect("a unit"));
            let code = format!("code-{}", user.0);
            let invite = new_invite(&code, role, unit, now());
            county.snapshot.invites.insert(invite.hash.clone(), invite);
            county.says(user, &format!("/start {code}"));
        }
        for text in [
            "小微企业120,八大产业45",
            "小升规 3",
            "小升规 999999",
            "新增低散乱5",
            "其余无变化",
            "云山街道 小升规 2",
            "/template",
            "/report",
        ] {
            county.says(LIAISON, text);
        }
        county.says(OFFICE, "/who 兰江街道");
        county.says(LEADER, "/rank");
        county.hears(OFFICE, GROUP, Some("工作群"), "/bind");
        county
    }

    fn says(&mut self, user: UserId, text: &str) {
        self.hears(user, user.into(), None, text);
    }

    fn hears(&mut self, user: UserId, chat: ChatId, group: Option<&str>, text: &str) {
        self.updates += 1;
        let said = Said {
            person: Person { user, name: "王芳".to_owned() },
            place: Place { chat, group: group.map(str::to_owned) },
            message: MessageId(self.updates),
            text: text.to_owned(),
            reply_to: None,
            addressed: true,
        };
        let incoming = Incoming { update: self.updates, event: Event::Said(said) };
        let effects = self.desk.decide(&self.snapshot, &incoming, &moment());
        self.snapshot.apply(&effects);
        self.effects.append(effects);
    }

    /// What every button said so far carries.
    pub fn buttons(&self) -> Vec<String> {
        let rows = self.effects.outbox.iter().filter_map(|row| match &row.what {
            What::Send { buttons, .. } | What::Edit { buttons, .. } => Some(buttons),
            _ => None,
        });
        rows.flatten().flatten().map(|button| button.data.clone()).collect()
    }
}
