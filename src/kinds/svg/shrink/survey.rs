use super::tree::{Element, Node, Tree};

/// What is in an SVG that decides how much of it may be changed.
#[derive(Default)]
pub struct Survey {
    pub script: bool,
    pub style: bool,
    pub animation: bool,
    /// Text, which is drawn without fonts here, and HTML, which is not drawn at all.
    pub text: bool,
    /// It holds what only other files show.
    pub sprite: bool,
    /// Drawing it takes long: elements once all `use` is followed, those that need a layer of their own counted tenfold.
    pub work: u64,
}

/// More work than this is not done to prove a smaller file.
const MOST_WORK: u64 = 10_000;

const ANIMATIONS: [&str; 5] = ["animate", "animateTransform", "animateMotion", "set", "discard"];
const TEXTS: [&str; 6] = ["text", "tspan", "textPath", "tref", "foreignObject", "switch"];
const LAYERS: [&str; 5] = ["opacity", "mask", "clip-path", "filter", "style"];

impl Survey {
    pub fn of(tree: &Tree) -> Self {
        let mut survey = Self::default();
        let mut by_id = std::collections::BTreeMap::new();
        tree.root.walk(&mut |element| {
            let name = element.name.as_str();
            survey.script |= name == "script" || element.attributes.iter().any(|(name, _)| name.starts_with("on"));
            survey.style |= name == "style" && !is_simple(element);
            survey.animation |= ANIMATIONS.contains(&name);
            survey.text |= TEXTS.contains(&name);
            survey.sprite |= name == "symbol";
            survey.work += 1;
        });
        collect_ids(&tree.root, &mut by_id);
        // `<?xml-stylesheet?>`, or what else stands before the root.
        survey.style |= tree.prologue.iter().any(|node| matches!(node, Node::Instruction(_)));
        let root = &tree.root;
        survey.sprite |= root.attribute("display") == Some("none");
        survey.sprite |= root.attribute("style").is_some_and(|style| style.contains("none"));
        let mut seen = std::collections::BTreeMap::new();
        survey.work = work(root, &by_id, &mut seen, 0);
        survey
    }

    /// Whether its text may be looked at by a style sheet, a script or an animation of its own.
    pub fn is_read_by_others(&self) -> bool {
        self.script || self.style || self.animation
    }

    /// Whether a drawing tells all about how it looks.
    pub fn can_be_judged(&self) -> bool {
        !self.is_read_by_others() && !self.text && !self.sprite && self.can_be_drawn()
    }

    pub fn can_be_drawn(&self) -> bool {
        self.work <= MOST_WORK
    }
}

/// Whether a style sheet only sets properties by element, class and id, which the drawing shows.
fn is_simple(style: &Element) -> bool {
    let mut css = String::new();
    for node in &style.children {
        if let Node::Text(text) = node {
            css.push_str(text);
        }
    }
    let mut selectors = css.split('}').filter_map(|rule| rule.split_once('{')).map(|(selector, _)| selector);
    !css.contains(['@', '[', '\\'])
        && !css.contains("/*")
        && selectors.all(|selector| !selector.contains([':', '{', '+', '~', '>']))
}

type ById<'t> = std::collections::BTreeMap<&'t str, &'t Element>;

fn collect_ids<'t>(element: &'t Element, by_id: &mut ById<'t>) {
    if let Some(id) = element.attribute("id") {
        by_id.entry(id).or_insert(element);
    }
    element.elements().for_each(|child| collect_ids(child, by_id));
}

/// Work of an element with all that it uses. A circle counts as too much.
fn work<'t>(
    element: &'t Element,
    by_id: &ById<'t>,
    seen: &mut std::collections::BTreeMap<*const Element, u64>,
    depth: u32,
) -> u64 {
    const TOO_MUCH: u64 = MOST_WORK + 1;
    let key = std::ptr::from_ref(element);
    if let Some(&known) = seen.get(&key) {
        return known;
    }
    if depth > 256 {
        return TOO_MUCH;
    }
    seen.insert(key, TOO_MUCH);
    let layered = element.attributes.iter().any(|(name, _)| LAYERS.contains(&name.as_str()));
    let own = if layered { 10 } else { 1 };
    let mut sum =
        own + element.elements().map(|child| work(child, by_id, seen, depth + 1)).fold(0, u64::saturating_add);
    for (name, value) in &element.attributes {
        // Anything that is named may be drawn again, at every vertex even.
        for id in value.split('#').skip(1) {
            let id = id.split([')', '"', '\'', ' ']).next().unwrap_or_default();
            if let Some(used) = by_id.get(id) {
                let times = if name.starts_with("marker") { 50 } else { 1 };
                sum = sum.saturating_add(times * work(used, by_id, seen, depth + 1));
            }
        }
    }
    let sum = sum.min(TOO_MUCH);
    seen.insert(key, sum);
    sum
}
