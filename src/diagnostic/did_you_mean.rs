/// The candidate that `wanted` is most likely a slip for, if one is near enough.
///
/// Wrong case alone always counts; else the Damerau-Levenshtein distance may be a third of the length at most.
pub fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wanted.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != wanted && candidate.len().abs_diff(wanted.len()) <= 4 * limit)
        .map(|candidate| {
            let distance =
                if candidate.eq_ignore_ascii_case(wanted) { 0 } else { strsim::damerau_levenshtein(wanted, candidate) };
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let files = ["img/logo.png", "img/Hero.jpg", "css/app.css"];
        assert_eq!(did_you_mean("img/lgoo.png", files), Some("img/logo.png"));
        assert_eq!(did_you_mean("img/hero.jpg", files), Some("img/Hero.jpg"));
        assert_eq!(did_you_mean("fonts/inter.woff2", files), None);
    }
}
