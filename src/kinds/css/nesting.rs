use lightningcss::rules::{CssRule, Location};

/// Where browsers do not know nesting, each selector of a nested rule is written once for each selector around it.
const MOST_SELECTORS: usize = 100_000;

/// The first nested rule that stands for more selectors than that.
pub(super) fn find_explosion(rules: &[CssRule<'_>]) -> Option<Location> {
    find_within(rules, None)
}

fn find_within(rules: &[CssRule<'_>], around: Option<usize>) -> Option<Location> {
    rules.iter().find_map(|rule| match rule {
        CssRule::Style(style) => {
            let own = style.selectors.0.len();
            let all = around.map_or(own, |around| around.saturating_mul(own));
            if around.is_some() && all > MOST_SELECTORS {
                return Some(style.loc);
            }
            find_within(&style.rules.0, Some(all))
        }
        CssRule::Nesting(nesting) => find_within(std::slice::from_ref(&CssRule::Style(nesting.style.clone())), around),
        CssRule::Media(media) => find_within(&media.rules.0, around),
        CssRule::Supports(supports) => find_within(&supports.rules.0, around),
        CssRule::LayerBlock(layer) => find_within(&layer.rules.0, around),
        CssRule::Container(container) => find_within(&container.rules.0, around),
        CssRule::Scope(scope) => find_within(&scope.rules.0, around),
        CssRule::StartingStyle(starting) => find_within(&starting.rules.0, around),
        CssRule::MozDocument(document) => find_within(&document.rules.0, around),
        _ => None,
    })
}
