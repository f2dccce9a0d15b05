//! `sayso doctor`: what is there, what is missing, and the command or setting that mends it.

use std::{path::Path, time::Instant};

use anyhow::Result;
use console::style;

use super::{Exit, args::DoctorArgs, terminal};
use crate::{
    app::{self, App},
    config::{KEYS, Settings, Sources},
    skill::Skill,
    speech::synth,
};

/// How one part is.
enum Health {
    /// It works.
    Fine(String),
    /// It works, but something is worth knowing.
    Note(String, String),
    /// It does not work; the second text is how to mend it.
    Broken(String, String),
}

use Health::{Broken, Fine, Note};

pub async fn run(args: &DoctorArgs, sources: &Sources) -> Result<Exit> {
    if args.settings {
        return list_settings();
    }
    let settings = match Settings::load(sources) {
        Ok(settings) => settings,
        Err(error) => {
            let mend = "correct it there; `sayso doctor --settings` lists every key";
            tell("settings", &Broken(error.to_string(), mend.into()))?;
            return Ok(Exit::ToMend);
        }
    };
    let mut checks = vec![("settings", Fine("all keys are understood".into()))];
    checks.push(("data folder", data_folder(settings.data())));
    let skills = app::load_skills(&settings);
    checks.push(("shop", shop(&skills)));
    let accounts = accounts(&settings, skills.as_deref().unwrap_or_default());
    checks.extend(accounts.into_iter().map(|health| ("accounts", health)));
    checks.push(("database", database(&settings).await));
    checks.push(("recogniser", recognizer(&settings).await));
    checks.push(("synthesizer", synthesizer(&settings).await));
    checks.extend(devices(&settings));
    for (name, health) in &checks {
        tell(name, health)?;
    }
    let broken = checks.iter().filter(|(_, health)| matches!(health, Broken(..))).count();
    if broken > 0 {
        terminal::line(format!("\n{broken} to mend"))?;
        return Ok(Exit::ToMend);
    }
    terminal::line("\nready: try `sayso demo`, `sayso chat` or `sayso serve`")?;
    Ok(Exit::Done)
}

fn tell(name: &str, health: &Health) -> Result<()> {
    let (mark, what, mend) = match health {
        Fine(what) => (style("ok  ").green(), what, None),
        Note(what, hint) => (style("note").yellow(), what, Some(hint)),
        Broken(what, mend) => (style("bad ").red(), what, Some(mend)),
    };
    terminal::line(format!("{mark}  {name:<12} {}", terminal::wrap(what, 19, 19)))?;
    if let Some(mend) = mend {
        terminal::line(format!("{:19}{}", "", terminal::wrap(&format!("-> {mend}"), 19, 22)))?;
    }
    Ok(())
}

fn list_settings() -> Result<Exit> {
    let rows: Vec<_> =
        KEYS.iter().map(|key| vec![key.name.to_owned(), key.variable(), key.about.to_owned()]).collect();
    terminal::table(&["key", "variable", "what it does"], &rows)?;
    Ok(Exit::Done)
}

fn data_folder(data: &Path) -> Health {
    let shown = data.display();
    let written = std::fs::create_dir_all(data).and_then(|()| tempfile::tempfile_in(data));
    match written {
        Ok(_) => Fine(format!("{shown} can be written")),
        Err(error) => Broken(
            format!("{shown} cannot be written: {error}"),
            "name another folder with --data DIR, or mend its rights".into(),
        ),
    }
}

fn shop(skills: &Result<Vec<Skill>>) -> Health {
    let said = |skill: &Skill| format!("{}: {} products", skill.name, skill.catalog.len());
    match skills {
        Ok(skills) => Fine(skills.iter().map(said).collect::<Vec<_>>().join("; ")),
        Err(error) => {
            Broken(format!("{error:#}"), "mend that file, or choose another in `shop` or `skills`".into())
        }
    }
}

/// Shops that are reached from outside, where nothing tells one household from another: a token that a program of the
/// shop brings, or accounts that are linked.
fn accounts(settings: &Settings, skills: &[Skill]) -> Vec<Health> {
    let outside = |skill: &&Skill| skill.publish.server.is_some();
    skills.iter().filter(outside).filter_map(|skill| account(settings, skill)).collect()
}

fn account(settings: &Settings, skill: &Skill) -> Option<Health> {
    let of = settings.of_skill().get(skill.id.as_str());
    let linked = of.is_some_and(|of| !of.linking.is_empty());
    let platform = of.is_some_and(|of| of.alexa.is_some() || of.dialogflow.is_some() || of.actions.is_some());
    let token = settings.http().token.is_some() || of.is_some_and(|of| of.token.is_some());
    if linked || token && !platform {
        return None;
    }
    let (name, id) = (&skill.name, &skill.id);
    Some(match platform {
        true => Note(
            format!("everybody who reaches {name} on a platform speaks for one household"),
            format!("for more than one, link accounts: `[skill.{id}.linking]`"),
        ),
        false => Note(
            format!("{name} has a `publish.server`, but neither a token nor linked accounts say who speaks"),
            format!(
                "set `skill.{id}.token` or `http.token` for a program, `[skill.{id}.linking]` for platforms"
            ),
        ),
    })
}

async fn database(settings: &Settings) -> Health {
    let start = Instant::now();
    match App::open(settings.clone()).await {
        Ok(app) => {
            let ready = app.engine().ready().await;
            app.close().await;
            let took = terminal::millis(start.elapsed());
            match ready {
                true => Fine(format!("opened and read in {took}")),
                false => Broken("it cannot be read".into(), "see the log with SAYSO_LOG=debug".into()),
            }
        }
        Err(error) => Broken(
            format!("{error:#}"),
            "free some space, stop other programs that use it, or name another folder with --data".into(),
        ),
    }
}

async fn recognizer(settings: &Settings) -> Health {
    // A shop that cannot be loaded is told of elsewhere.
    let shop = app::load_skill(settings).map(|skill| skill.id).ok();
    let start = Instant::now();
    let shared = settings.clone();
    match tokio::task::spawn_blocking(move || app::recognizer(&shared, shop.as_ref())).await {
        Ok(Ok(opened)) => {
            let took = terminal::millis(start.elapsed());
            let what = format!("{}, loaded in {took}", opened.info.name);
            match opened.info.note {
                None => Fine(what),
                Some(note) => Note(what, note),
            }
        }
        Ok(Err(error)) => Broken(format!("{error:#}"), "`sayso models list` shows what there is".into()),
        Err(_) => Broken("loading it panicked".into(), "`sayso models verify` checks the files".into()),
    }
}

async fn synthesizer(settings: &Settings) -> Health {
    let mend = "`sudo apt install espeak-ng`, or name another in `speech.synthesizer`";
    let voice = match app::synthesizer(settings) {
        Ok(voice) => voice,
        Err(error) => return Broken(format!("{error:#}"), mend.into()),
    };
    match synth::try_out(voice.as_ref(), settings.locale()).await {
        Ok(trial) => {
            let (first, whole) = (terminal::millis(trial.first_chunk), terminal::millis(trial.whole));
            Fine(format!("{}: first sound after {first}, all after {whole}", voice.name()))
        }
        Err(error) => Broken(error.to_string(), mend.into()),
    }
}

#[cfg(feature = "device")]
fn devices(settings: &Settings) -> Vec<(&'static str, Health)> {
    use crate::audio::{capture::Capture, device, playback::Loudspeaker};
    let (found, listen) = (device::devices(), settings.listen());
    // A name in the list promises nothing: ALSA lists plugins without a card behind them.
    let microphone = Capture::open(listen.input.as_deref()).map(drop);
    let loudspeaker = Loudspeaker::open(listen.output.as_deref()).map(drop);
    vec![
        ("microphone", device_health(&found.microphones, microphone, "listen.input")),
        ("loudspeaker", device_health(&found.loudspeakers, loudspeaker, "listen.output")),
    ]
}

#[cfg(not(feature = "device"))]
fn devices(_: &Settings) -> Vec<(&'static str, Health)> {
    let what = "this program was built without sound devices; recordings and HTTP work";
    vec![("devices", Note(what.into(), "build it with the feature `device` for `sayso listen`".into()))]
}

/// The most devices that are listed by name.
#[cfg(feature = "device")]
const NAMED: usize = 8;

/// A machine that serves recordings and HTTP needs no card, so a missing one is only a note.
#[cfg(feature = "device")]
fn device_health(
    found: &[String],
    opened: Result<(), crate::audio::device::DeviceError>,
    key: &str,
) -> Health {
    let mut names = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if found.len() > NAMED {
        names.push_str(&format!(" and {} more", found.len() - NAMED));
    }
    match opened {
        Ok(()) => Fine(format!("it opens; names for `{key}`: {names}")),
        Err(error) => Note(
            format!("{error}; recordings and HTTP work without"),
            format!(
                "plug one in, see that your user is in the group `audio`, or choose a `{key}` of: {names}"
            ),
        ),
    }
}
