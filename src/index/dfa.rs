//! Regular expressions that the term dictionary can walk.

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind, util::start};

/// A regular expression over whole terms, as an automaton that the term dictionary can walk.
#[derive(Debug)]
pub struct TermAutomaton {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// Largest automaton of one expression.
const DFA_BYTES: usize = 2 << 20;

impl TermAutomaton {
    /// The automaton of an expression; `None` if it is too large.
    #[must_use]
    pub fn new(pattern: &str) -> Option<Self> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(DFA_BYTES))
            .determinize_size_limit(Some(DFA_BYTES));
        let dfa = dense::Builder::new().configure(config).build(pattern).ok()?;
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let start = dfa.start_state(&anchored).ok()?;
        Some(Self { dfa, start })
    }
}

impl tantivy_fst::Automaton for &TermAutomaton {
    type State = StateID;

    fn start(&self) -> StateID {
        self.start
    }

    fn is_match(&self, state: &StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(*state))
    }

    fn can_match(&self, state: &StateID) -> bool {
        !self.dfa.is_dead_state(*state) && !self.dfa.is_quit_state(*state)
    }

    fn accept(&self, state: &StateID, byte: u8) -> StateID {
        self.dfa.next_state(*state, byte)
    }
}
