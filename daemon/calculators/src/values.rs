//! The values of one calculation, read and converted: what `compute` works with.
//!
//! Values are in the units their inputs declare. Asking for a value that is not there is a refusal naming it, never a
//! default, so a computation may use `?` throughout.

use crate::date::Date;
use crate::definition::Calculator;
use crate::input::Input;
use crate::refusal::Refusal;

/// Values by input name.
#[derive(Debug, Clone)]
pub struct Values {
    inputs: &'static [Input],
    given: Vec<(&'static str, Given)>,
}

/// One value.
#[derive(Debug, Clone)]
pub enum Given {
    /// A number in the input's unit.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// One of the options.
    Choice(&'static str),
    /// Grades of a list of items.
    Items(Vec<i64>),
    /// A day.
    Date(Date),
    /// Objects with values of their own.
    Records(Vec<Values>),
}

impl Values {
    /// No values yet.
    pub fn of(inputs: &'static [Input]) -> Self {
        Self { inputs, given: Vec::with_capacity(inputs.len()) }
    }

    /// No values yet for this calculator.
    pub fn for_calculator(calculator: &'static Calculator) -> Self {
        Self::of(calculator.inputs)
    }

    /// Puts a value in place of an earlier one.
    pub fn set(&mut self, name: &'static str, value: Given) {
        match self.given.iter_mut().find(|(other, _)| *other == name) {
            Some((_, place)) => *place = value,
            None => self.given.push((name, value)),
        }
    }

    /// The value of an input, whatever its type.
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The declaration of an input.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The label of an input.
    pub fn title(&self, name: &'static str) -> &'static str {
        self.input(name).map_or(name, |input| input.title)
    }

    /// A number, or a whole number as one.
    pub fn number(&self, name: &'static str) -> Result<f64, Refusal> {
        self.optional_number(name).ok_or_else(|| self.absent(name))
    }

    /// A number that may be absent.
    pub fn optional_number(&self, name: &'static str) -> Option<f64> {
        match self.get(name)? {
            Given::Number(value) => Some(*value),
            Given::Integer(value) => Some(*value as f64),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self, name: &'static str) -> Result<i64, Refusal> {
        match self.get(name) {
            Some(Given::Integer(value)) => Ok(*value),
            _ => Err(self.absent(name)),
        }
    }

    /// Yes or no.
    pub fn yes(&self, name: &'static str) -> Result<bool, Refusal> {
        match self.get(name) {
            Some(Given::Boolean(value)) => Ok(*value),
            _ => Err(self.absent(name)),
        }
    }

    /// The chosen option.
    pub fn choice(&self, name: &'static str) -> Result<&'static str, Refusal> {
        match self.get(name) {
            Some(Given::Choice(value)) => Ok(value),
            _ => Err(self.absent(name)),
        }
    }

    /// Whether the option chosen is `option`.
    pub fn is(&self, name: &'static str, option: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name)? == option)
    }

    /// The grades of a list of items.
    pub fn items(&self, name: &'static str) -> Result<&[i64], Refusal> {
        match self.get(name) {
            Some(Given::Items(values)) => Ok(values),
            _ => Err(self.absent(name)),
        }
    }

    /// A day.
    pub fn date(&self, name: &'static str) -> Result<Date, Refusal> {
        match self.get(name) {
            Some(Given::Date(value)) => Ok(*value),
            _ => Err(self.absent(name)),
        }
    }

    /// A list of objects.
    pub fn records(&self, name: &'static str) -> Result<&[Self], Refusal> {
        match self.get(name) {
            Some(Given::Records(values)) => Ok(values),
            _ => Err(self.absent(name)),
        }
    }

    fn absent(&self, name: &'static str) -> Refusal {
        Refusal::missing(name, format!("{} is missing.", self.title(name)))
    }
}
