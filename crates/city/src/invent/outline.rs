use std::collections::BTreeMap;

use huiyin_base::Rng;
use serde::Deserialize;

/// A point in microdegrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// East, in microdegrees.
    pub longitude: i64,
    /// North, in microdegrees.
    pub latitude: i64,
}

/// The outline of one county: closed rings in microdegrees.
#[derive(Clone, Debug)]
pub struct Outline(Vec<Vec<(i64, i64)>>);

/// Every county's outline by the 12-digit code the file gives it.
pub fn outlines() -> BTreeMap<String, Outline> {
    let file: File = serde_json::from_str(include_str!("../../../../data/yanan-counties.geojson"))
        .unwrap_or_else(|error| panic!("data/yanan-counties.geojson is broken: {error}"));
    file.features.into_iter().map(|feature| (feature.properties.code, Outline(feature.geometry.rings()))).collect()
}

impl Outline {
    /// Whether the point lies inside, by counting crossings.
    pub fn contains(&self, point: Point) -> bool {
        let crossings = self.0.iter().flat_map(|ring| ring.windows(2)).filter(|edge| crosses(edge, point)).count();
        crossings % 2 == 1
    }

    /// Any point inside.
    pub fn somewhere(&self, rng: &mut Rng) -> Point {
        let (low, high) = self.bounds();
        self.first_inside(|| Point {
            longitude: rng.between(low.longitude, high.longitude),
            latitude: rng.between(low.latitude, high.latitude),
        })
    }

    /// A point inside, at most about `reach` microdegrees from `centre`, more often near it.
    pub fn near(&self, centre: Point, reach: i64, rng: &mut Rng) -> Point {
        let mut offset = || i64::midpoint(rng.between(-reach, reach), rng.between(-reach, reach));
        self.first_inside(|| Point { longitude: centre.longitude + offset(), latitude: centre.latitude + offset() })
    }

    fn first_inside(&self, mut draw: impl FnMut() -> Point) -> Point {
        loop {
            let point = draw();
            if self.contains(point) {
                return point;
            }
        }
    }

    fn bounds(&self) -> (Point, Point) {
        let points = || self.0.iter().flatten().copied();
        let bound = |longitude: Option<i64>, latitude: Option<i64>| Point {
            longitude: longitude.unwrap_or(0),
            latitude: latitude.unwrap_or(0),
        };
        (
            bound(points().map(|point| point.0).min(), points().map(|point| point.1).min()),
            bound(points().map(|point| point.0).max(), points().map(|point| point.1).max()),
        )
    }
}

fn crosses(edge: &[(i64, i64)], point: Point) -> bool {
    let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
    if (y1 > point.latitude) == (y2 > point.latitude) {
        return false;
    }
    let at = x1 + (x2 - x1) * (point.latitude - y1) / (y2 - y1);
    point.longitude < at
}

#[derive(Deserialize)]
struct File {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<(f64, f64)>>),
    MultiPolygon(Vec<Vec<Vec<(f64, f64)>>>),
}

impl Geometry {
    fn rings(self) -> Vec<Vec<(i64, i64)>> {
        let rings = match self {
            Self::Polygon(rings) => rings,
            Self::MultiPolygon(polygons) => polygons.into_iter().flatten().collect(),
        };
        rings.into_iter().map(|ring| ring.into_iter().map(|(x, y)| (micro(x), micro(y))).collect()).collect()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "degrees times a million stay far below 2^53")]
fn micro(degrees: f64) -> i64 {
    (degrees * 1_000_000.0).round() as i64
}
