//! What must be loaded before a batch can be decided.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::event::{ChatId, Event, Incoming, MessageId, Said, SentFile, UserId};
use super::journal::Topic;
use super::{archive, assess, command, evidence, flags, materials, tasks, withdraw};
use crate::plan::{Period, Term};

/// What a batch of events may touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Accounts of these people; figures of the units they speak for.
    pub users: BTreeSet<UserId>,
    /// What these chats are for.
    pub chats: BTreeSet<ChatId>,
    /// Invitations with these hashes.
    pub invites: BTreeSet<String>,
    /// Wrong invitations that these people have shown.
    pub guesses: BTreeSet<UserId>,
    /// Reports made by these messages; figures of their units.
    pub messages: BTreeSet<(ChatId, MessageId)>,
    /// The latest reports made in these chats, for whoever takes one back by word.
    pub latest: BTreeSet<ChatId>,
    /// What these messages of the bot are about, and the reports among that.
    pub replies: BTreeSet<(ChatId, MessageId)>,
    /// Bulletins that somebody wants to see.
    pub bulletins: BTreeSet<Wanted>,
    /// What was done at the desk, beside what every decision looks at.
    pub topics: BTreeSet<Topic>,
    /// The contents of the materials of this term.
    pub materials_of: Option<Term>,
    /// The contents of these kept files.
    pub kept: BTreeSet<String>,
    /// Accounts and figures of all units.
    pub whole: bool,
    /// The latest job runs.
    pub job_traces: bool,
    /// Bulletins on their way.
    pub drafts: bool,
    /// Years that somebody wants to see assessed.
    pub years: BTreeSet<i32>,
    /// What reviewers may look at and judge.
    pub review: Reviewing,
    /// Figures as they are known now of this period, whatever was reported for later ones.
    pub as_of: Option<Period>,
    /// What may be reported, and borne out.
    pub reporting: Reporting,
    /// Everything sent for this period.
    pub sent_for: Option<Period>,
}

/// What may be reported, and borne out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reporting {
    /// Whether figures may be: what was added for a period is not to be added twice.
    pub any: bool,
    /// Words that may begin with a unit's name: its figures, and the reports they come from.
    pub named: BTreeSet<String>,
}

/// What reviewers may look at and judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewing {
    /// All there is to review.
    pub all: bool,
    /// Whose text may be a reason for sending something back.
    pub reasons: BTreeSet<UserId>,
    /// Figures whose whole history matters, by names of unit and indicator.
    pub figures: BTreeSet<(String, String)>,
}

impl Reviewing {
    /// A button: `review:<what>:<indicator>:<unit>:<seen>`, `audit:<indicator>:<unit>:<page>`,
    /// `evidence:<indicator>:<unit>:<which>`.
    fn pressed(&mut self, data: &str) {
        let mut parts = data.split(':');
        let before = match parts.next() {
            Some("review") => 1,
            Some("audit" | "evidence") => 0,
            _ => return,
        };
        self.all = true;
        if let (Some(no), Some(unit)) = (parts.nth(before), parts.next()) {
            self.figures.insert((unit.to_owned(), no.to_owned()));
        }
    }

    /// A unit and an indicator, as somebody names them.
    fn figure(&mut self, words: &str) {
        let mut words = words.split_whitespace();
        self.all = true;
        if let (Some(unit), Some(indicator)) = (words.next(), words.next()) {
            self.figures.insert((unit.to_owned(), indicator.to_owned()));
        }
    }
}

/// Bulletins in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// The latest one.
    Latest,
    /// That of a period by number, of a year or of the last that had one; with its corrections.
    Number {
        /// The year.
        year: Option<i32>,
        /// The number.
        number: u32,
    },
    /// The numbers of all of them, for what has become of a unit over time.
    Numbers,
}

impl Needs {
    /// What these events may touch.
    pub fn of(batch: &[Incoming]) -> Self {
        let mut needs = Self::default();
        for incoming in batch {
            needs.add(&incoming.event);
        }
        needs
    }

    /// Accounts, groups and figures of all units.
    pub fn everything() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Everything, and what was sent: for a job that acts on a period.
    pub fn for_job(period: Period) -> Self {
        Self {
            sent_for: Some(period),
            topics: Topic::ALL.into(),
            job_traces: true,
            review: Reviewing { all: true, ..Reviewing::default() },
            ..Self::everything()
        }
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::Said(said) if !said.addressed => {}
            Event::Said(said) => {
                self.at(said.person.user, said.place.chat);
                self.replies.extend(said.reply_to.map(|to| (said.place.chat, to)));
                if withdraw::is_word(&said.text) {
                    self.latest.insert(said.place.chat);
                }
                self.whole |= said.text.trim_start().starts_with("代报");
                self.words(said);
                let command = command(&said.text);
                // Somebody of the office may be writing a line of a bulletin.
                self.drafts |= command.is_none() && said.place.group.is_none();
                if command.is_none() && said.place.group.is_none() {
                    self.review.reasons.insert(said.person.user);
                }
                self.reporting.any |= command.is_none();
                if let Some((name, rest)) = command {
                    match name.as_str() {
                        "assess" => self.years.extend(assess::year(rest)),
                        "correct" => {
                            let number = rest.split_whitespace().next().unwrap_or_default();
                            self.bulletins.extend(archive::wanted(number));
                            self.drafts = true;
                        }
                        "start" => {
                            self.invites.insert(hash(rest));
                            self.guesses.insert(said.person.user);
                        }
                        "why_reminded" => self.job_traces = true,
                        "review" | "flag" => self.review.all = true,
                        "audit" => self.review.figure(rest),
                        "bulletin" => self.bulletins.extend(archive::wanted(rest)),
                        "unit" | "trend" => {
                            self.bulletins.insert(Wanted::Numbers);
                            self.whole = true;
                        }
                        "rank" | "missing" | "target" | "my" | "why" | "invite" | "who"
                        | "revoke" => {
                            self.whole = true;
                        }
                        "deadline" | "extend" | "lock" | "unlock" => self.whole = true,
                        "substitute" => self.desk(Topic::Substitute),
                        "task" | "tasks" => self.desk(Topic::Task),
                        "notice" => self.desk(Topic::Notice),
                        "materials" => {
                            self.desk(Topic::Material);
                            self.materials_of = rest.trim().parse().ok().or(self.materials_of);
                        }
                        _ => {}
                    }
                }
            }
            Event::Edited(said) => self.edited(said),
            Event::SentOther { person, place, .. } => self.at(person.user, place.chat),
            Event::SentFile(sent) => self.sent(sent),
            Event::Pressed(pressed) => {
                self.reporting.any = true;
                self.at(pressed.person.user, pressed.place.chat);
                self.drafts |= pressed.data.starts_with("draft:");
                if pressed.data == "dialogue:evidence" {
                    self.latest.insert(pressed.place.chat);
                }
                let whole = ["rank:", "revoke:", "draft:", "lock:", "substitute:", "notice:"];
                match pressed.data.split(':').next() {
                    Some("task") => self.desk(Topic::Task),
                    Some("material") => self.desk(Topic::Material),
                    Some("notice") => self.desk(Topic::Notice),
                    _ => {}
                }
                self.whole |= whole.iter().any(|start| pressed.data.starts_with(start));
                self.review.pressed(&pressed.data);
                let message = pressed.data.split(':').nth(1).and_then(|text| text.parse().ok());
                if let Some(message) = message {
                    self.messages.insert((pressed.place.chat, MessageId(message)));
                }
            }
            Event::Blocked { person, blocked } => {
                self.users.insert(person.user);
                // The office is told who cannot be reached.
                self.whole |= *blocked;
            }
            Event::Group { person, place, inside } => {
                self.at(person.user, place.chat);
                self.whole |= !inside;
            }
            Event::Left { person, place } => {
                self.at(person.user, place.chat);
                self.whole = true;
            }
            Event::Refused { .. } => self.whole = true,
            Event::Migrated { from, to } => self.chats.extend([*from, *to]),
            Event::Nothing => {}
        }
    }

    /// A changed text: what it has reported, and what it may be now.
    fn edited(&mut self, said: &Said) {
        self.reporting.any = true;
        if materials::may_be_one(&said.text) {
            self.topics.insert(Topic::Material);
        }
        self.at(said.person.user, said.place.chat);
        self.messages.insert((said.place.chat, said.message));
        self.replies.extend(said.reply_to.map(|to| (said.place.chat, to)));
        self.whole |= said.text.trim_start().starts_with("代报");
    }

    /// What the words of a text may be besides figures.
    fn words(&mut self, said: &Said) {
        if let Some(words) = evidence::announced(&said.text) {
            self.latest.insert(said.place.chat);
            self.reporting.named.insert(evidence::spoken(words).to_owned());
        }
        self.review.all |= flags::desk::is_word(&said.text);
        if tasks::begins_with_step(&said.text) {
            self.desk(Topic::Task);
        }
        if materials::may_be_one(&said.text) {
            self.topics.insert(Topic::Material);
        }
    }

    /// A file may be a material, or bear out a report: the one it replies to, or the last.
    fn sent(&mut self, sent: &SentFile) {
        self.reporting.any = true;
        self.at(sent.person.user, sent.place.chat);
        let to = sent.reply_to.map(|to| (sent.place.chat, to));
        self.replies.extend(to);
        self.messages.extend(to);
        self.latest.insert(sent.place.chat);
        self.topics.insert(Topic::Material);
        let words = evidence::announced(&sent.caption);
        self.reporting.named.extend(words.map(|words| evidence::spoken(words).to_owned()));
        self.whole |= sent.caption.trim_start().starts_with("代报");
    }

    /// Everybody, and what was done about a topic.
    fn desk(&mut self, topic: Topic) {
        self.whole = true;
        self.topics.insert(topic);
    }

    fn at(&mut self, user: UserId, chat: ChatId) {
        self.users.insert(user);
        self.chats.insert(chat);
    }
}

/// The hash under which an invitation is kept: SHA-256 of its code, in hex.
pub fn hash(code: &str) -> String {
    hex(&Sha256::digest(code.as_bytes()))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
