//! Who can be played: people made up for the plan, or those whom a copied database knows.

use anyhow::Context;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::conversation::binding::new_invite;
use crate::conversation::{self, Effects, GroupKind, Needs, Role, Snapshot};
use crate::plan::{Plan, UnitId};
use crate::rehearsal::{ChatId, Persona, Stage, UserId, Wording, World};
use crate::store::Store;
use crate::telegram::intake::fresh_code;

/// The leadership group's chat; each further plan's is so far from it.
const LEADERSHIP: i64 = -1001;
/// The work group's chat.
const WORK: i64 = -1002;
const NEXT_GROUPS: i64 = -10;
/// Where made-up persons' numbers start; each further plan's so much later.
const FIRST_USER: i64 = 2001;
const NEXT_USERS: i64 = 1000;
/// How long the bot may take to bind everybody, on a slow machine with other work.
const BOUND_PATIENCE: Duration = Duration::from_mins(2);

/// Somebody who can be played.
pub(super) struct Player {
    user: UserId,
    name: String,
    role: Option<Role>,
    unit: Option<UnitId>,
    blocked: bool,
}

/// A plan that is played, and which one of them.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub plan: &'a Plan,
    pub at: i64,
    /// There are others beside it: names say whose they are.
    pub several: bool,
}

impl<'a> Scene<'a> {
    /// The scenes of all plans.
    pub fn all(plans: &'a [Arc<Plan>]) -> impl Iterator<Item = Self> {
        let several = plans.len() > 1;
        (0..).zip(plans).map(move |(at, plan)| Self { plan, at, several })
    }

    fn group(&self, first: i64) -> ChatId {
        ChatId(first + NEXT_GROUPS * self.at)
    }

    /// A name, with the county before it where there are others.
    fn named(&self, name: &str) -> String {
        let county = &self.plan.titles.county;
        if self.several { format!("{county} {name}") } else { name.to_owned() }
    }
}

impl Player {
    fn persona(&self, scene: Scene<'_>) -> Persona {
        let plan = scene.plan;
        let name = &self.name;
        let (label, role) = match (self.role, self.unit.map(|unit| plan.unit(unit))) {
            (_, Some(unit)) => {
                let label = Wording::same(format!("{} {name}", unit.name));
                let role = if unit.is_department() {
                    Wording::new("牵头部门", "Lead departments")
                } else {
                    Wording::new("联络员", "Liaisons")
                };
                (label, role)
            }
            (Some(Role::Office), _) => (
                Wording::new(format!("办公室 {name}"), format!("Office {name}")),
                Wording::new("领导小组办公室", "The office"),
            ),
            (Some(_), _) => (
                Wording::new(format!("领导 {name}"), format!("Leader {name}")),
                Wording::new("领导小组", "Leadership group"),
            ),
            (None, _) => (
                Wording::new(format!("未绑定 {name}"), format!("Not bound {name}")),
                Wording::new("其他", "Others"),
            ),
        };
        let role = Wording::new(scene.named(&role.zh), scene.named(&role.en));
        Persona { user: self.user, label, role, start_code: None }
    }
}

/// The stage with the players of each plan; who is in several is there once.
pub(super) fn stage(plans: &[Arc<Plan>], players: &[Vec<Player>]) -> Stage {
    let mut seen = HashSet::new();
    let all = Scene::all(plans).zip(players);
    let all = all.flat_map(|(scene, players)| players.iter().map(move |one| (scene, one)));
    let first = all.filter(|(_, one)| seen.insert(one.user));
    Stage { personas: first.map(|(scene, one)| one.persona(scene)).collect() }
}

/// Who reports for whom.
pub(super) fn reporters(players: &[Player]) -> Vec<(UserId, UnitId)> {
    players.iter().filter_map(|player| Some((player.user, player.unit?))).collect()
}

/// The office, two leaders, a liaison of each unit that reports, and a stranger.
pub(super) fn made_up(scene: Scene<'_>) -> Vec<Player> {
    const SURNAMES: [&str; 12] =
        ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"];
    const NAMES: [&str; 7] = ["芳", "伟", "敏", "静", "磊", "洁", "勇"];
    let name = |at: usize| format!("{}{}", SURNAMES[at % SURNAMES.len()], NAMES[at % NAMES.len()]);
    let plan = scene.plan;
    let reporting = plan.units().filter(|(id, _)| !plan.expected(*id).is_empty());
    let roles =
        [(Some(Role::Office), None), (Some(Role::Leader), None), (Some(Role::Leader), None)]
            .into_iter()
            .chain(reporting.map(|(id, _)| (Some(Role::Liaison), Some(id))))
            .chain((scene.at == 0).then_some((None, None)));
    (FIRST_USER + NEXT_USERS * scene.at..)
        .zip(roles)
        .enumerate()
        .map(|(at, (user, (role, unit)))| {
            let (user, name) = (UserId(user), name(at));
            Player { user, name, role, unit, blocked: false }
        })
        .collect()
}

/// Everybody and every group that a copied database knows, put into the world without a word to
/// anybody.
pub(super) async fn copied(
    plan: &Plan,
    store: &Store,
    world: &World,
) -> anyhow::Result<Vec<Player>> {
    let snapshot = snapshot(plan, store).await?;
    let known = snapshot.accounts.values().filter(|account| account.role != Role::Former);
    let mut players: Vec<Player> = known
        .map(|account| Player {
            user: UserId(account.user.0),
            name: account.name.clone(),
            role: Some(account.role),
            unit: account.unit,
            blocked: account.blocked_at.is_some(),
        })
        .collect();
    anyhow::ensure!(
        !players.is_empty(),
        "备份里没有计划 {0} 的人员，请用 --plan 指明它的计划文件夹 / the backup knows nobody of the plan {0}; name its plan folder with --plan",
        plan.id
    );
    let rank = |player: &Player| match player.role {
        Some(Role::Office) => 0,
        Some(Role::Leader) => 1,
        _ => 2,
    };
    players.sort_by_key(|player| (rank(player), player.unit, player.user));
    let highest = players.iter().map(|player| player.user.0).max();
    players.push(Player {
        user: UserId(highest.map_or(FIRST_USER, |id| id + 1)),
        name: "新人".to_owned(),
        role: None,
        unit: None,
        blocked: false,
    });
    for player in &players {
        world.ensure_user(player.user, &player.name, None);
        if player.role.is_some() {
            world.has_met(player.user, player.blocked);
        }
    }
    let of = |wanted: &dyn Fn(&Player) -> bool| -> Vec<UserId> {
        players.iter().filter(|player| wanted(player)).map(|player| player.user).collect()
    };
    let office = of(&|player| player.role == Some(Role::Office));
    for group in snapshot.groups.values() {
        let members = match group.kind {
            GroupKind::Leadership => of(&|player| player.role == Some(Role::Leader)),
            GroupKind::Work => of(&|player| player.unit.is_some()),
        };
        world.has_group(ChatId(group.chat.0), &group.title, &members, &office);
    }
    Ok(players)
}

async fn snapshot(plan: &Plan, store: &Store) -> anyhow::Result<Snapshot> {
    let mut work = store.begin().await?;
    Ok(work.snapshot(plan, &Needs::everything()).await?)
}

/// Invites everybody who is not bound yet, and has them press the link; binds the groups. On new
/// data that is all of them; after a kill in the middle of it, the rest.
pub(super) async fn bind_everybody(
    scene: Scene<'_>,
    store: &Store,
    world: &World,
    players: &[Player],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (plan, leadership, work_group) = (scene.plan, scene.group(LEADERSHIP), scene.group(WORK));
    for player in players {
        world.ensure_user(player.user, &player.name, None);
    }
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(plan, &Needs::everything()).await?;
    let bound = |user: UserId| snapshot.accounts.contains_key(&conversation::UserId(user.0));
    let office: Vec<UserId> = players.iter().take(1).map(|player| player.user).collect();
    let leaders: Vec<UserId> = players.iter().take(3).map(|player| player.user).collect();
    let everybody: Vec<UserId> =
        players.iter().filter(|player| player.unit.is_some()).map(|player| player.user).collect();
    // Before the office is bound, so that the bot does not ask what the groups are for.
    world.ensure_group(leadership, &scene.named("领导小组"), &leaders, &office);
    world.ensure_group(work_group, &scene.named("联络员工作群"), &everybody, &office);
    let mut effects = Effects::default();
    let mut codes = Vec::new();
    for player in players.iter().filter(|player| !bound(player.user)) {
        if let Some(role) = player.role {
            let code = fresh_code();
            effects.invites.push(new_invite(&code, role, player.unit, now));
            codes.push((player.user, code));
        }
    }
    work.save(plan, &effects, &[], &[], now).await?;
    work.commit().await?;
    for (user, code) in codes {
        world.starts(user, Some(&code)).context("演练人员无法绑定 / cannot bind the players")?;
    }
    for (group, kind) in [(leadership, "领导小组"), (work_group, "工作群")] {
        if snapshot.groups.contains_key(&conversation::ChatId(group.0)) {
            continue;
        }
        world
            .says(office[0], group, &format!("/bind {kind}"))
            .context("演练群无法绑定 / cannot bind the groups")?;
    }
    let all = world.last_update();
    let taken_in = |world: &World| world.confirmed_through() >= all;
    anyhow::ensure!(
        world.wait_until(taken_in, BOUND_PATIENCE).await,
        "演练人员没有全部绑定，请重新启动 / not everybody could be bound; start again"
    );
    Ok(())
}
