//! "Did you mean" for near misses.

/// The words `, did you mean NAME?` when one of `names` is close to `wrong`, or nothing.
pub(super) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> String {
    let wrong_lower = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    let best = names
        .map(|name| (distance(&wrong_lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance);
    best.map_or_else(String::new, |(_, name)| format!(", did you mean `{name}`?"))
}

/// How many single letters must be inserted, removed, replaced or swapped to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let width = b.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    for (row, letter) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let replace = above[column] + usize::from(letter != other);
            let mut best = replace.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && a[row - 1] == *other && *letter == b[column - 1];
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_misses_are_named_and_far_ones_are_not() {
        let names = ["servers", "user", "password"];
        let check = |wrong, expected| assert_eq!(nearest(wrong, names.into_iter()), expected);
        check("server", ", did you mean `servers`?");
        check("Servers", ", did you mean `servers`?");
        check("usre", ", did you mean `user`?");
        check("passwd", ", did you mean `password`?");
        check("router", "");
        check("", "");
    }
}
