//! The training package: where it is, the Python that runs it, and the run itself.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::process::Command;

use super::child::{Stop, run};

/// The Python module.
const MODULE: &str = "sayso_training";

/// The package's folder.
pub struct Package(PathBuf);

/// What is to be trained.
pub struct Training {
    /// The folders of the skills.
    pub skills: Vec<PathBuf>,
    /// Where sound and checkpoints are kept.
    pub work: PathBuf,
    /// Where the model is left.
    pub out: PathBuf,
    /// How long to train at most.
    pub minutes: Option<u32>,
    /// Whether it starts from no model instead of those of the source tree.
    pub from_nothing: bool,
}

impl Package {
    /// The package that was named, or the one of the source tree around the program or the
    /// current folder.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let is_one = |folder: &Path| folder.join(MODULE).join("__init__.py").is_file();
        if let Some(folder) = named {
            ensure!(
                is_one(folder),
                "{} has no {MODULE} in it: it is not the training package",
                folder.display()
            );
            return Ok(Self(folder.canonicalize()?));
        }
        let around = [std::env::current_exe(), std::env::current_dir()].into_iter().flatten();
        let folders =
            around.flat_map(|path| path.ancestors().map(|a| a.join("models/training")).collect::<Vec<_>>());
        match folders.into_iter().find(|folder| is_one(folder)) {
            Some(folder) => Ok(Self(folder.canonicalize()?)),
            None => bail!(
                "the training package is not here; name the folder models/training of Sayso's source \
                 with --training DIR or SAYSO_TRAINING"
            ),
        }
    }

    /// A Python with the package's libraries, made in the work folder at the first time and
    /// whenever the list of libraries has changed.
    pub async fn python(&self, work: &Path, stop: &mut Stop) -> Result<PathBuf> {
        let list = self.0.join("requirements.txt");
        let wanted =
            fs::read_to_string(&list).with_context(|| format!("{} cannot be read", list.display()))?;
        let digest = HEXLOWER.encode(&Sha256::digest(&wanted));
        let (folder, stamp) = (work.join("venv"), work.join("venv/sayso-requirements"));
        let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        if fs::read_to_string(&stamp).is_ok_and(|made| made == digest) && python.exists() {
            return Ok(python);
        }
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", folder.display()));
            }
            _ => {}
        }
        let any = wanted.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        make(&folder, &python, any.then_some(&list), stop).await?;
        fs::write(&stamp, digest).with_context(|| format!("{} cannot be written", stamp.display()))?;
        Ok(python)
    }

    /// Runs the training to its end. Its progress goes to our standard error.
    pub async fn train(&self, python: &Path, training: &Training, lock: File, stop: &mut Stop) -> Result<()> {
        let mut command = Command::new(python);
        command.args(["-m", MODULE, "all", "--work"]).arg(&training.work).arg("--out").arg(&training.out);
        for skill in &training.skills {
            command.arg("--skill").arg(skill);
        }
        if let Some(minutes) = training.minutes {
            command.arg("--minutes").arg(minutes.to_string());
        }
        if training.from_nothing {
            command.arg("--from-nothing");
        }
        command.env("PYTHONPATH", &self.0).env("PYTHONUNBUFFERED", "1");
        // What hears the recordings that the model is judged by: this very program.
        if let Ok(program) = std::env::current_exe() {
            command.env("SAYSO_PROGRAM", program);
        }
        // The empty file that is locked: the lock goes with the last process that has it open, so
        // that no second training begins while one goes on whose parent was killed.
        command.stdin(Stdio::from(lock));
        let status = run(command, stop).await?;
        let work = training.work.display();
        ensure!(
            status.success(),
            "the training has failed ({status}), and said why above; its work is kept in {work}, and the \
             same command goes on with it"
        );
        Ok(())
    }
}

/// Makes a virtual environment with the libraries of a list, by uv where it is installed.
async fn make(folder: &Path, python: &Path, list: Option<&PathBuf>, stop: &mut Stop) -> Result<()> {
    let uv = which("uv");
    let mut create = match &uv {
        Some(uv) => {
            let mut command = Command::new(uv);
            command.args(["venv", "--quiet"]);
            command
        }
        None => {
            let base = which("python3").or_else(|| which("python")).context(
                "neither uv nor python3 can be found; install one of them (on Debian: sudo apt install \
                 python3-venv)",
            )?;
            let mut command = Command::new(base);
            command.args(["-m", "venv"]).args(list.is_none().then_some("--without-pip"));
            command
        }
    };
    create.arg(folder).stdin(Stdio::null());
    let program = PathBuf::from(create.as_std().get_program());
    let status = run(create, stop).await?;
    ensure!(
        status.success(),
        "{} could not make a virtual environment ({status}); on Debian it needs python3-venv",
        program.display()
    );
    let Some(list) = list else { return Ok(()) };
    let mut install = Command::new(uv.as_deref().unwrap_or(python));
    match uv {
        Some(_) => install.args(["pip", "install", "--python"]).arg(python),
        None => install.args(["-m", "pip", "install", "--disable-pip-version-check"]),
    };
    install.arg("-r").arg(list).stdin(Stdio::null());
    let status = run(install, stop).await?;
    ensure!(
        status.success(),
        "the libraries of {} could not be installed ({status}); the first training needs a network and some \
         gigabytes of disk",
        list.display()
    );
    Ok(())
}

/// A program in the search path.
fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
