//! What a drawing consists of once each thing has its place.

use crate::ops::graph::model::State;

use super::text::Face;

/// A place, in pixels from the upper left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rect {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub h: i32,
}

impl Rect {
    /// Where it ends on the right.
    pub fn right(&self) -> i32 {
        self.x + self.w
    }

    /// Where it ends below.
    pub fn bottom(&self) -> i32 {
        self.y + self.h
    }

    /// The middle of its height.
    pub fn middle(&self) -> i32 {
        self.y + self.h / 2
    }
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A host.
    Host,
    /// A bridge or card that containers are on.
    Parent,
    /// A VLAN of it, or those on it who are in none.
    Segment,
    /// A tunnel, or a card that is a port.
    Port,
    /// A container.
    Container,
    /// What a tunnel leads to.
    Peer,
    /// A colour with what it means.
    Key,
}

/// A text in a box.
#[derive(Debug, Clone)]
pub struct Label {
    /// Where it starts.
    pub x: i32,
    /// Its base line.
    pub y: i32,
    /// How it is written.
    pub face: Face,
    /// What it says.
    pub text: String,
    /// Whether it stands back.
    pub faint: bool,
}

/// A box.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it stands for.
    pub look: Look,
    /// Where it is.
    pub place: Rect,
    /// Its network's colour.
    pub colour: String,
    /// How it is with the kernel.
    pub state: State,
    /// All there is to say of it.
    pub title: String,
    /// What is written in it.
    pub labels: Vec<Label>,
}

/// A line from one point to another, which leaves and arrives level.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it starts.
    pub from: (i32, i32),
    /// Where it ends.
    pub to: (i32, i32),
    /// How far it swings out to the right, or with less than nothing to the left, at both ends.
    pub swing: (i32, i32),
    /// Whether it is a tunnel.
    pub thick: bool,
    /// Its network's colour.
    pub colour: String,
    /// How it is with the kernel.
    pub state: State,
    /// All there is to say of it.
    pub title: String,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// The boxes, those that are in others behind them.
    pub blocks: Vec<Block>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

impl Picture {
    /// Moves all of it.
    pub fn moved(&mut self, x: i32, y: i32) {
        for block in &mut self.blocks {
            block.place.x += x;
            block.place.y += y;
            for label in &mut block.labels {
                label.x += x;
                label.y += y;
            }
        }
        for line in &mut self.lines {
            line.from = (line.from.0 + x, line.from.1 + y);
            line.to = (line.to.0 + x, line.to.1 + y);
        }
    }
}
