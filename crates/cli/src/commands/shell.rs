//! `completions` and `man`: made from the command line's own description.

use clap_complete::Shell;
use clap_mangen::Man;

use crate::{
    arguments,
    failure::{Failure, Outcome},
    output,
};

/// Prints `shell`'s completions.
pub(crate) fn completions(shell: Shell) -> Result<Outcome, Failure> {
    output::write(None, |out| {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut arguments::command(), "houseguest", &mut script);
        out.write_all(&script)
    })?;
    Ok(Outcome::Done)
}

/// Prints the manual page: the program, then each command.
pub(crate) fn manual() -> Result<Outcome, Failure> {
    let mut command = arguments::command();
    command.build();
    output::write(None, |out| {
        Man::new(command.clone()).render(out)?;
        for subcommand in command.get_subcommands().filter(|it| it.get_name() != "help") {
            let man = Man::new(subcommand.clone());
            writeln!(out, ".SH \"HOUSEGUEST {}\"", subcommand.get_name().to_uppercase())?;
            man.render_synopsis_section(out)?;
            man.render_description_section(out)?;
            man.render_options_section(out)?;
            man.render_extra_section(out)?;
        }
        Ok(())
    })?;
    Ok(Outcome::Done)
}
