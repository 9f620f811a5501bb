//! A label as a picture. Its words stand in the description too, for those who listen to it.
//!
//! A picture has no line breaking of its own, so lines are broken here by an estimate of how wide
//! letters are; it is on the safe side for the usual sans-serif faces.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{ABOUT_CODE, Label, code};
use crate::{
    escape::{short, visible},
    layout::wrap,
};

/// The picture's width, in pixels.
const WIDTH: usize = 760;
const MARGIN: usize = 24;
/// Where the second and third columns of the first layer begin.
const DECLARED: usize = 160;
const OBSERVED: usize = 380;
/// The code's side, and where it begins.
const CODE: usize = 168;

const INK: &str = "#16191f";
const SOFT: &str = "#4d5563";

pub(super) fn write(label: &Label, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::default();
    let head = head(label, &mut sheet);
    glance(label, &mut sheet);
    details(label, &mut sheet);
    let height = sheet.y + MARGIN;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title description\" \
         font-family=\"system-ui, Helvetica, Arial, sans-serif\">\n\
         <title id=\"title\">Security and privacy label: {}</title>\n\
         <desc id=\"description\">{}</desc>\n\
         <rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#ffffff\" stroke=\"{INK}\" \
         stroke-width=\"2\"/>\n\
         <path d=\"M1 9a8 8 0 0 1 8-8h{}a8 8 0 0 1 8 8v{}h-{}z\" fill=\"{INK}\"/>",
        escaped(&visible(&label.title)),
        escaped(&label.code.lines().map(visible).collect::<Vec<_>>().join("\n")),
        WIDTH - 2,
        height - 2,
        WIDTH - 18,
        head - 9,
        WIDTH - 2,
    )?;
    out.write_all(sheet.drawn.as_bytes())?;
    out.write_all(b"</svg>\n")
}

/// What is drawn so far, and how far down that goes.
#[derive(Default)]
struct Sheet {
    drawn: String,
    y: usize,
}

/// How a line is set.
#[derive(Clone, Copy)]
struct Set {
    x: usize,
    width: usize,
    size: usize,
    bold: bool,
    fill: &'static str,
}

impl Sheet {
    /// Sets a paragraph from the line `top` on; tells where it ends.
    fn paragraph(&mut self, top: usize, set: Set, text: &str) -> usize {
        let Set { x, width, size, bold, fill } = set;
        let weight = if bold { " font-weight=\"700\"" } else { "" };
        // Letters are about half as wide as high; bold ones wider.
        let letters = width * 100 / (size * if bold { 60 } else { 54 });
        let mut y = top;
        for line in wrap(&visible(&short(text, 2_000)), letters.max(8)) {
            y += size * 4 / 3;
            let _ = writeln!(
                self.drawn,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\"{weight}>{}</text>",
                escaped(&line)
            );
        }
        y
    }

    fn rule(&mut self, width: usize) {
        let (y, end) = (self.y, WIDTH - MARGIN);
        let _ = writeln!(
            self.drawn,
            "<path d=\"M{MARGIN} {y}H{end}\" stroke=\"{INK}\" stroke-width=\"{width}\"/>"
        );
    }
}

/// The dark band on top; tells how high it is.
fn head(label: &Label, sheet: &mut Sheet) -> usize {
    let line = Set { x: MARGIN, width: WIDTH - 2 * MARGIN, size: 13, bold: false, fill: "#ffffff" };
    let mut y = sheet.paragraph(10, line, "Security and privacy label");
    y = sheet.paragraph(y + 2, Set { size: 26, bold: true, ..line }, &label.title);
    y = sheet.paragraph(y + 4, line, &label.stamp);
    if let Some(seen) = &label.seen {
        y = sheet.paragraph(y, line, seen);
    }
    sheet.y = y + 14;
    sheet.y
}

fn glance(label: &Label, sheet: &mut Sheet) {
    let top = sheet.y + 14;
    let seen = label.glance.iter().any(|row| row.observed.is_some());
    let right = WIDTH - MARGIN - CODE - 20;
    let (first, second) =
        if seen { (OBSERVED - DECLARED - 12, right - OBSERVED) } else { (right - DECLARED, 0) };
    let plain = Set { x: DECLARED, width: first, size: 14, bold: false, fill: INK };
    let small = Set { size: 12, fill: SOFT, ..plain };
    let mut y = sheet.paragraph(top, small, "Declared or on record");
    if seen {
        sheet.paragraph(top, Set { x: OBSERVED, width: second, ..small }, "Seen in traffic");
    }
    for row in &label.glance {
        let start = y + 7;
        let name = Set { x: MARGIN, width: DECLARED - MARGIN - 8, bold: true, ..plain };
        let mut end = sheet.paragraph(start, name, row.label);
        if row.stands_out {
            let _ = writeln!(
                sheet.drawn,
                "<rect x=\"{}\" y=\"{}\" width=\"5\" height=\"18\" fill=\"#8a5300\"/>",
                MARGIN - 11,
                start + 3
            );
        }
        if !row.declared.is_empty() {
            end = end.max(sheet.paragraph(start, plain, &row.declared));
        }
        if let Some(observed) = &row.observed {
            let set = Set { x: OBSERVED, width: second, ..plain };
            end = end.max(sheet.paragraph(start, set, observed));
        }
        y = end + 3;
    }
    let below = draw_code(label, sheet, top + 4);
    sheet.y = y.max(below) + 18;
    sheet.rule(2);
}

fn draw_code(label: &Label, sheet: &mut Sheet, top: usize) -> usize {
    let Some(picture) = code::picture(&label.code) else { return top };
    let x = WIDTH - MARGIN - CODE;
    let side = picture.side;
    let _ = writeln!(
        sheet.drawn,
        "<svg x=\"{x}\" y=\"{top}\" width=\"{CODE}\" height=\"{CODE}\" viewBox=\"0 0 {side} {side}\">\
         <path d=\"{}\" fill=\"#000000\" shape-rendering=\"crispEdges\"/></svg>",
        picture.path
    );
    let set = Set { x, width: CODE, size: 11, bold: false, fill: SOFT };
    sheet.paragraph(top + CODE, set, ABOUT_CODE)
}

fn details(label: &Label, sheet: &mut Sheet) {
    let line =
        Set { x: MARGIN + 14, width: WIDTH - 2 * MARGIN - 14, size: 13, bold: false, fill: INK };
    let heading = Set { x: MARGIN, width: WIDTH - 2 * MARGIN, size: 15, bold: true, ..line };
    for group in &label.details {
        sheet.y = sheet.paragraph(sheet.y + 10, heading, group.heading);
        for text in &group.lines {
            let start = sheet.y + 3;
            let dot = start + 13;
            let _ = writeln!(
                sheet.drawn,
                "<circle cx=\"{}\" cy=\"{dot}\" r=\"2\" fill=\"{SOFT}\"/>",
                MARGIN + 5
            );
            sheet.y = sheet.paragraph(start, line, text);
        }
    }
    let about = Set { size: 11, fill: SOFT, ..heading };
    let text = "Made by Houseguest from published texts and, where said, captured traffic. No maker had a part in it.";
    sheet.y = sheet.paragraph(sheet.y + 14, Set { bold: false, ..about }, text);
}

/// Text as XML has it.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            letter => shown.push(letter),
        }
    }
    shown
}
