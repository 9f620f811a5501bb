//! One file per command.

#[cfg(feature = "alerts")]
mod alerts;
mod audit;
mod comply;
mod confine;
mod demo;
mod doctor;
#[cfg(feature = "server")]
mod household;
mod identify;
mod judge;
mod knowledge;
mod label;
mod letter;
mod listen;
mod lookup;
mod note;
mod plan;
mod reading;
mod shell;
#[cfg(feature = "server")]
mod watch;
mod why;

use std::process::ExitCode;

use crate::{
    arguments::{Arguments, Command},
    output,
};

/// Runs what was asked, says what failed, and tells the exit code.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    if remembers(&arguments.command) {
        confine::keep_to_owner();
    }
    let outcome = match arguments.command {
        Command::Audit(audit) => audit::run(&audit),
        Command::Demo(demo) => demo::run(&demo),
        #[cfg(feature = "server")]
        Command::Watch(watch) => watch::run(&watch),
        #[cfg(feature = "alerts")]
        Command::Alerts(asked) => alerts::run(&asked),
        Command::Plan(plan) => plan::run(&plan),
        #[cfg(feature = "server")]
        Command::Household { command } => household::run(&command),
        Command::Why(why) => why::run(&why),
        Command::Lookup(lookup) => lookup::run(&lookup),
        Command::Identify(identify) => identify::run(&identify),
        Command::Note(note) => note::run(&note),
        Command::Label(label) => label::run(&label),
        Command::Letter(letter) => letter::run(&letter),
        Command::Comply(comply) => comply::run(&comply),
        Command::Knowledge { command } => knowledge::run(&command),
        Command::Doctor => doctor::run(),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::manual(),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            output::say(&format!("houseguest: {failure}"));
            failure.code()
        }
    }
}

/// Whether the command writes down who lives with which devices.
const fn remembers(command: &Command) -> bool {
    match command {
        Command::Note(_) => true,
        #[cfg(feature = "server")]
        Command::Watch(_) | Command::Household { .. } => true,
        #[cfg(feature = "alerts")]
        Command::Alerts(_) => true,
        _ => false,
    }
}
