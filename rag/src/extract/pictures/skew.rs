//! A page that lay askew on the glass is set straight.
//!
//! Lines of type make dark stripes with light ones between; the angle at which the stripes are sharpest is the page's. It
//! is looked for on a small copy, up to five degrees either way, and only a tilt that can be seen is turned back. Quarter
//! turns are the recogniser's own business.

use voiceassist_model::Area;
use voiceassist_model::printed::WHOLE;

/// The widest tilt that is looked for, in tenths of a degree.
const WIDEST: i32 = 50;
/// Tilts below this, in degrees, cost the recogniser nothing.
const NEGLIGIBLE: f32 = 0.25;
/// The width of the small copy.
const SMALL: usize = 800;

/// A picture in shades of gray, row by row from the top, 0 for black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gray {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) shades: Vec<u8>,
}

impl Gray {
    /// The picture set straight, as a portable graymap, and how it was turned for that.
    pub(crate) fn straight(self) -> (Vec<u8>, Turn) {
        let tilt = self.tilt();
        let degrees = if tilt.abs() < NEGLIGIBLE { 0.0 } else { tilt };
        let turn = Turn { degrees, width: self.width as f32, height: self.height as f32 };
        let picture = if degrees == 0.0 { self } else { self.turned(degrees) };
        let mut file = format!("P5\n{} {}\n255\n", picture.width, picture.height).into_bytes();
        file.extend_from_slice(&picture.shades);
        (file, turn)
    }

    /// How many degrees the lines fall to the right.
    fn tilt(&self) -> f32 {
        let dark = self.dark();
        if dark.len() < 100 {
            return 0.0;
        }
        let best =
            (-WIDEST / 5..=WIDEST / 5).map(|step| step * 5).max_by_key(|tenths| sharpness(&dark, *tenths));
        let Some(coarse) = best else { return 0.0 };
        let fine = (coarse - 4..=coarse + 4).max_by_key(|tenths| sharpness(&dark, *tenths)).unwrap_or(coarse);
        // A tilt at the end of what was looked for is none that was found.
        if fine.abs() >= WIDEST { 0.0 } else { tenths(fine) }
    }

    /// The dark points of a small copy.
    fn dark(&self) -> Vec<(f32, f32)> {
        const DARK: u8 = 128;
        let step = self.width.div_ceil(SMALL).max(1);
        let mut points = Vec::new();
        for y in (0..self.height).step_by(step) {
            let row = &self.shades[y * self.width..(y + 1) * self.width];
            for (x, shade) in row.iter().enumerate().step_by(step) {
                if *shade < DARK {
                    points.push(((x / step) as f32, (y / step) as f32));
                }
            }
        }
        points
    }

    /// The picture turned so that lines that fall by so many degrees lie level.
    fn turned(&self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let mut shades = Vec::with_capacity(self.shades.len());
        for y in 0..self.height {
            let from_y = y as f32 - middle_y;
            for x in 0..self.width {
                let from_x = x as f32 - middle_x;
                shades.push(
                    self.at(middle_x + from_x * cos - from_y * sin, middle_y + from_x * sin + from_y * cos),
                );
            }
        }
        Self { width: self.width, height: self.height, shades }
    }

    /// The shade between four points; beyond the edge there is paper.
    fn at(&self, x: f32, y: f32) -> u8 {
        if x < 0.0 || y < 0.0 {
            return u8::MAX;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and a picture's size"
        )]
        let (left, top) = (x as usize, y as usize);
        if left + 1 >= self.width || top + 1 >= self.height {
            return u8::MAX;
        }
        let (part_x, part_y) = (x - left as f32, y - top as f32);
        let shade = |x: usize, y: usize| f32::from(self.shades[y * self.width + x]);
        let above = shade(left, top) * (1.0 - part_x) + shade(left + 1, top) * part_x;
        let below = shade(left, top + 1) * (1.0 - part_x) + shade(left + 1, top + 1) * part_x;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two shades")]
        let between = (above * (1.0 - part_y) + below * part_y).round() as u8;
        between
    }
}

/// How a picture was turned about its middle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    degrees: f32,
    width: f32,
    height: f32,
}

impl Turn {
    /// The rectangle that a place on the straight picture takes on the picture as it was.
    pub(crate) fn back(self, area: Area) -> Option<Area> {
        if self.degrees == 0.0 {
            return Some(area);
        }
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let part = |value: u16| f32::from(value) / f32::from(WHOLE) - 0.5;
        let corner = |x: u16, y: u16| {
            let (x, y) = (part(x) * self.width, part(y) * self.height);
            ((x * cos - y * sin) / self.width + 0.5, (x * sin + y * cos) / self.height + 0.5)
        };
        let Area { left, top, right, bottom } = area;
        let corners = [corner(left, top), corner(right, top), corner(left, bottom), corner(right, bottom)];
        let least = |of: fn((f32, f32)) -> f32| corners.into_iter().map(of).fold(f32::INFINITY, f32::min);
        let most = |of: fn((f32, f32)) -> f32| corners.into_iter().map(of).fold(f32::NEG_INFINITY, f32::max);
        Area::of(least(|(x, _)| x), least(|(_, y)| y), most(|(x, _)| x), most(|(_, y)| y))
    }
}

/// How unevenly dark points fall on the lines of an angle, in tenths of a degree.
fn sharpness(dark: &[(f32, f32)], angle: i32) -> u64 {
    const OFFSET: f32 = 200.0;
    let slope = tenths(angle).to_radians().tan();
    let mut lines: Vec<u64> = Vec::new();
    for (x, y) in dark {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped, and a picture's size"
        )]
        let line = (y - x * slope + OFFSET).max(0.0) as usize;
        if line >= lines.len() {
            lines.resize(line + 1, 0);
        }
        lines[line] += 1;
    }
    lines.windows(2).map(|pair| pair[0].abs_diff(pair[1]).pow(2)).sum()
}

fn tenths(angle: i32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most fifty-four")]
    let degrees = angle as f32 / 10.0;
    degrees
}

#[cfg(test)]
mod tests {
    use voiceassist_model::Area;

    use super::{Gray, Turn};

    /// Stripes as lines of type make them, falling by so many degrees.
    fn stripes(degrees: f32) -> Gray {
        let (width, height) = (900, 900);
        let slope = degrees.to_radians().tan();
        let mut shades = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let line = y as f32 - x as f32 * slope;
                let inside = (100..800).contains(&x) && (100..800).contains(&y);
                let dark = inside && line.rem_euclid(30.0) < 10.0 && (x / 7) % 3 != 0;
                shades.push(if dark { 0 } else { 255 });
            }
        }
        Gray { width, height, shades }
    }

    #[test]
    fn a_tilt_is_found_and_turned_back() {
        for degrees in [-3.4_f32, -1.0, 0.0, 0.5, 2.2, 4.0] {
            let tilted = stripes(degrees);
            let found = tilted.tilt();
            assert!((found - degrees).abs() <= 0.2, "{degrees}: {found}");
            assert!(tilted.turned(found).tilt().abs() <= 0.3, "{degrees}");
        }
    }

    #[test]
    fn a_place_is_turned_back_with_its_picture() {
        let area = Area { left: 8_000, top: 4_900, right: 9_000, bottom: 5_100 };
        let turn = Turn { degrees: 3.0, width: 1_000.0, height: 1_000.0 };
        let back = turn.back(area).unwrap();
        // To the right of the middle, lines that fall stand lower on the picture as it was.
        assert!(back.top > area.top && back.bottom > area.bottom, "{back:?}");
        let middle = i32::midpoint(i32::from(back.top), i32::from(back.bottom));
        assert!((middle - 5_183).abs() <= 2, "{back:?}");
        assert_eq!(Turn { degrees: 0.0, ..turn }.back(area), Some(area));
    }

    #[test]
    fn a_page_without_lines_stays_as_it_is() {
        let blank = Gray { width: 40, height: 40, shades: vec![255; 1_600] };
        assert!(blank.tilt().abs() < f32::EPSILON);
        assert_eq!(blank.straight().0.len(), 1_600 + "P5\n40 40\n255\n".len());
    }
}
