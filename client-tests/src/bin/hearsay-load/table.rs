//! What `compare` found, as Markdown: ratios to the yardstick first, and then every measurement.

use std::fmt::Write;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::contender::{Contender, Kind};
use crate::profiles::Profile;
use crate::report::Report;

/// One contender under one profile.
pub(crate) struct Cell {
    pub(crate) profile: &'static Profile,
    pub(crate) contender: Contender,
    pub(crate) runs: Vec<Report>,
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cell = serializer.serialize_struct("Cell", 3)?;
        cell.serialize_field("profile", self.profile.name)?;
        cell.serialize_field("contender", self.contender.name)?;
        cell.serialize_field("runs", &self.runs)?;
        cell.end()
    }
}

impl Cell {
    pub(crate) fn new(profile: &'static Profile, contender: Contender) -> Self {
        Self { profile, contender, runs: Vec::new() }
    }

    /// The median of all runs that have the number.
    pub(crate) fn median(&self, of: impl Fn(&Report) -> Option<f64>) -> Option<f64> {
        median(self.runs.iter().filter_map(of).collect())
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let (low, high) =
        (numbers.get((numbers.len().max(1) - 1) / 2)?, numbers.get(numbers.len() / 2)?);
    Some(f64::midpoint(*low, *high))
}

type Number = fn(&Report) -> Option<f64>;

const SPEED: Number = |report| Some(report.deliveries_per_s);
const CPU: Number = |report| report.target_cpu_us_per_delivery;
const BUSY: Number = |report| report.target_cpu_share.map(|share| share * 100.0);
const LOAD_BUSY: Number = |report| Some(report.load_cpu_share * 100.0);
const MEMORY: Number = |report| report.target_rss_kib_per_session;
const P50: Number = |report| Some(report.latency_ms.p50);
const P99: Number = |report| Some(report.latency_ms.p99);
const P999: Number = |report| Some(report.latency_ms.p999);

/// All tables.
pub(crate) fn markdown(cells: &[Cell]) -> String {
    let (speed, rate): (Vec<_>, Vec<_>) =
        cells.iter().partition(|cell: &&Cell| cell.profile.rate.is_none());
    let many: Vec<_> =
        cells.iter().filter(|cell| cell.profile.sessions >= MEMORY_SESSIONS_MIN).collect();
    let tables = [
        ("As fast as all hear: ratios to the relay", ratios(&speed, &[SPEED], 0)),
        ("At a fixed rate: p50 and p99, ratios to the relay", ratios(&rate, &[P50, P99], 2)),
        ("As fast as all hear", with_processor_ratios(every(&speed, &SPEED_COLUMNS), &speed)),
        ("At a fixed rate", with_processor_ratios(every(&rate, &RATE_COLUMNS), &rate)),
        ("Memory", every(&many, &MEMORY_COLUMNS)),
    ];
    let mut text = String::new();
    for (title, rows) in tables.iter().filter(|(_, rows)| rows.len() > 1) {
        let _ = write!(text, "### {title}\n\n{}\n", aligned(rows));
    }
    text
}

/// A column: its head, how many digits stand behind the point, and what it shows.
type Column = (&'static str, usize, Number);

const SPEED_COLUMNS: [Column; 4] = [
    ("deliveries/s", 0, SPEED),
    ("CPU µs per delivery", 3, CPU),
    ("target CPU %", 0, BUSY),
    ("load CPU %", 0, LOAD_BUSY),
];
const RATE_COLUMNS: [Column; 5] = [
    ("p50 ms", 2, P50),
    ("p99 ms", 2, P99),
    ("p99.9 ms", 2, P999),
    ("CPU µs per delivery", 2, CPU),
    ("load CPU %", 0, LOAD_BUSY),
];
const MEMORY_COLUMNS: [Column; 1] = [("KiB per session", 1, MEMORY)];
/// Of fewer sessions, their share of what a target needs once would be most of what they seem to take.
const MEMORY_SESSIONS_MIN: u32 = 5000;

type Row = Vec<String>;

fn every(cells: &[&Cell], columns: &[Column]) -> Vec<Row> {
    let heads = ["load", "target"].into_iter().chain(columns.iter().map(|(head, ..)| *head));
    let mut rows = vec![heads.map(str::to_owned).collect()];
    rows.extend(cells.iter().map(|cell| {
        let names = [cell.profile.title, cell.contender.name].map(str::to_owned);
        let numbers = columns.iter().map(|(_, digits, of)| shown(cell.median(of), *digits));
        names.into_iter().chain(numbers).collect()
    }));
    rows
}

/// Adds to each row how its processor time per delivery compares to the yardstick's.
fn with_processor_ratios(mut rows: Vec<Row>, cells: &[&Cell]) -> Vec<Row> {
    let ratio = |cell: &&Cell| {
        let same = |other: &&&Cell| other.profile.name == cell.profile.name;
        let mut yardsticks = cells.iter().filter(same);
        let yardstick = yardsticks.find(|other| other.contender.kind.is_yardstick())?;
        Some(cell.median(CPU)? / yardstick.median(CPU)?)
    };
    let ratios = cells.iter().map(|cell| shown(ratio(cell), 2));
    let column = std::iter::once("CPU to the relay's".to_owned()).chain(ratios);
    rows.iter_mut().zip(column).for_each(|(row, cell)| row.push(cell));
    rows
}

/// A row for each profile with a yardstick: its own numbers, and how the others' compare.
fn ratios(cells: &[&Cell], numbers: &[Number], digits: usize) -> Vec<Row> {
    let mut rows: Vec<Row> =
        vec![["load", "relay", "everything on", "goal", "bare", "goal"].map(str::to_owned).into()];
    for yardstick in cells.iter().filter(|cell| cell.contender.kind.is_yardstick()) {
        let Profile { name, title, goals, .. } = *yardstick.profile;
        let of = |bare: bool, goal: Option<f64>| {
            let cell = cells.iter().find(|cell| {
                let Contender { kind, .. } = cell.contender;
                cell.profile.name == name
                    && !kind.is_yardstick()
                    && matches!(kind, Kind::Bare(_)) == bare
            });
            compared(yardstick, cell.copied(), numbers, goal)
        };
        let own = numbers.iter().map(|of| shown(yardstick.median(of), digits));
        let own = own.collect::<Vec<_>>().join(" / ");
        let [full, full_goal] = of(false, goals.map(|goals| goals.0));
        let [bare, bare_goal] = of(true, goals.map(|goals| goals.1));
        rows.push(vec![title.to_owned(), own, full, full_goal, bare, bare_goal]);
    }
    rows
}

/// The ratios of someone's numbers to the yardstick's, and what they should be.
fn compared(
    yardstick: &Cell,
    other: Option<&Cell>,
    numbers: &[Number],
    goal: Option<f64>,
) -> [String; 2] {
    let Some(other) = other else { return ["-", "-"].map(str::to_owned) };
    let ratio = |of: &Number| Some(other.median(of)? / yardstick.median(of)?);
    let ratios: Vec<_> = numbers.iter().map(|of| shown(ratio(of), 2)).collect();
    let sign = if yardstick.profile.rate.is_some() { '≤' } else { '≥' };
    let goal = goal.map_or_else(|| "-".to_owned(), |goal| format!("{sign} {goal:.2}"));
    [ratios.join(" / "), goal]
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "-".to_owned(), |number| grouped(&format!("{number:.digits$}")))
}

/// A number with a comma before each three digits, as documents have it.
fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A Markdown table whose columns are as wide as they need to be.
fn aligned(rows: &[Row]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if number == 0 {
            widths.iter().for_each(|width| text.push_str(&format!("|{}", "-".repeat(width + 2))));
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profiles::PROFILES;

    /// A cell of the first profile whose runs delivered so much, each at a microsecond of processor time per delivery more.
    fn cell(contender: usize, speeds: &[f64]) -> Cell {
        let profile = &PROFILES[0];
        let mut cell = Cell::new(profile, profile.contenders[contender]);
        cell.runs = speeds.iter().map(|speed| run(*speed, 1.0 + contender as f64)).collect();
        cell
    }

    fn run(speed: f64, cpu_us: f64) -> Report {
        let report = json!({
            "target": "relay", "speech": "say", "sessions": 2, "rooms": 1, "speakers": 1,
            "closed_loop": true, "said": 1, "expected": 2, "delivered": 2, "lost": 0,
            "duplicated": 0, "out_of_order": 0, "leaked": 0, "disconnected": 0,
            "deliveries_per_s": speed, "target_cpu_us_per_delivery": cpu_us,
            "target_rss_kib_per_session": null, "target_cpu_share": null,
            "load_cpu_share": 0.5, "sending_behind_ms_max": 0.0, "curve": [],
            "latency_ms": {"p50": 1.0, "p99": 2.0, "p999": 3.0, "max": 4.0},
        });
        serde_json::from_value(report).expect("a whole report")
    }

    #[test]
    fn others_are_compared_to_the_relay_of_their_profile() {
        let text = markdown(&[cell(0, &[4e6, 5e6, 6e6]), cell(1, &[2.5e6]), cell(2, &[])]);
        let title = PROFILES[0].title;
        let ratios = format!("| {title} | 5,000,000 | 0.50          | ≥ 0.70 | -    | ≥ 0.80 |");
        assert!(text.contains(&ratios), "{text}");
        let full = text.lines().find(|line| line.contains("| telnet  ")).expect("a row");
        assert!(
            full.contains("| 2,500,000    | 2.000 ") && full.ends_with("| 2.00               |"),
            "{full}"
        );
    }

    #[test]
    fn numbers_are_shown_as_documents_have_them() {
        assert_eq!(grouped("1234567"), "1,234,567");
        assert_eq!(grouped("1234.56"), "1,234.56");
        assert_eq!(grouped("123"), "123");
        assert_eq!(shown(None, 1), "-");
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![1.0, 4.0]), Some(2.5));
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "bb"], ["ccc", "d"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "| a   | bb |\n|-----|----|\n| ccc | d  |\n");
    }
}
