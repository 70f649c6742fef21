//! An SVG as a tree that can be changed, and its text.

use roxmltree::{Document, NodeType};

use crate::kinds::svg::{SVG, XLINK};

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Deeper trees than this are left alone: they are walked by recursion.
const DEEPEST: usize = 128;

/// Larger trees than this are left alone: every change of them is drawn.
const MOST_ELEMENTS: usize = 50_000;

#[derive(Clone)]
pub enum Node {
    Element(Element),
    Text(String),
    /// A comment that begins with `!`: a licence.
    Comment(String),
    /// As it stands in the file.
    Instruction(String),
}

#[derive(Clone, Default)]
pub struct Element {
    pub name: String,
    /// `xlink:` and `xml:` stand before names of these namespaces; all others have none.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

/// The root element, and what stands before it.
#[derive(Clone)]
pub struct Tree {
    pub prologue: Vec<Node>,
    pub root: Element,
}

impl Tree {
    /// `None` when something is in it of which nobody here knows what it means: elements or attributes of other namespaces than those of
    /// SVG and of editors, attributes that a document type gives.
    pub fn of(document: &Document<'_>) -> Option<Self> {
        let text = document.input_text();
        let root = document.root_element();
        if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) || text.contains("<!ATTLIST") {
            return None;
        }
        if document.descendants().filter(roxmltree::Node::is_element).count() > MOST_ELEMENTS {
            return None;
        }
        let prologue = document.root().children().take_while(|node| *node != root);
        let prologue = prologue.filter_map(|node| other(node, text)).collect();
        Some(Self { prologue, root: element(root, text, 0)?? })
    }

    pub fn print(&self) -> String {
        let mut out = String::new();
        self.prologue.iter().for_each(|node| print(node, &mut out));
        let mut declared = self.root.attributes_with_namespaces();
        declared.extend(self.root.attributes.iter().cloned());
        print_element(&self.root.name, &declared, &self.root.children, &mut out);
        out
    }
}

/// `Some(None)` for an element that goes.
fn element(node: roxmltree::Node<'_, '_>, text: &str, depth: usize) -> Option<Option<Element>> {
    let name = node.tag_name();
    if name.namespace() != Some(SVG) {
        return name.namespace().is_some_and(is_editors).then_some(None);
    }
    if name.name() == "metadata" {
        return Some(None);
    }
    if depth > DEEPEST {
        return None;
    }
    let mut made = Element { name: name.name().to_owned(), ..Element::default() };
    for attribute in node.attributes() {
        let name = match attribute.namespace() {
            None => attribute.name().to_owned(),
            Some(XLINK) => format!("xlink:{}", attribute.name()),
            Some(XML) => format!("xml:{}", attribute.name()),
            Some(namespace) if is_editors(namespace) => continue,
            Some(_) => return None,
        };
        made.attributes.push((name, attribute.value().to_owned()));
    }
    for child in node.children() {
        if child.is_element() {
            made.children.extend(element(child, text, depth + 1)?.map(Node::Element));
        } else {
            made.children.extend(other(child, text));
        }
    }
    Some(Some(made))
}

/// Text, licences and instructions.
fn other(node: roxmltree::Node<'_, '_>, text: &str) -> Option<Node> {
    match node.node_type() {
        NodeType::Text => node.text().map(|text| Node::Text(text.to_owned())),
        NodeType::Comment => {
            node.text().filter(|text| text.starts_with('!')).map(|text| Node::Comment(text.to_owned()))
        }
        NodeType::PI => text.get(node.range()).map(|raw| Node::Instruction(raw.to_owned())),
        NodeType::Element | NodeType::Root => None,
    }
}

/// Namespaces in which editors leave notes to themselves.
fn is_editors(namespace: &str) -> bool {
    const EDITORS: [&str; 22] = [
        "http://sodipodi.sourceforge.net/",
        "http://www.inkscape.org/namespaces/",
        "http://inkscape.sourceforge.net/",
        "http://ns.adobe.com/",
        "http://www.adobe.com/",
        "http://purl.org/dc/",
        "http://web.resource.org/cc/",
        "http://creativecommons.org/ns",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns",
        "http://www.bohemiancoding.com/sketch/",
        "http://www.figma.com/figma/",
        "http://sketch.com/",
        "http://schemas.microsoft.com/visio/",
        "http://schemas.microsoft.com/expression/",
        "http://www.serif.com/",
        "http://www.vector.evaxdesign.sk",
        "http://taptrix.com/vectorillustrator/",
        "http://krita.org/namespaces/",
        "http://karbon.kde.org/",
        "http://www.corel.com/",
        "http://boxy-svg.com/",
        "http://vectornator.io",
    ];
    EDITORS.iter().any(|editor| namespace.starts_with(editor))
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// This element and all below it.
    pub fn walk(&self, visit: &mut dyn FnMut(&Element)) {
        visit(self);
        self.elements().for_each(|child| child.walk(visit));
    }

    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Element)) {
        visit(self);
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.walk_mut(visit);
            }
        }
    }

    fn attributes_with_namespaces(&self) -> Vec<(String, String)> {
        let mut declared = vec![("xmlns".to_owned(), SVG.to_owned())];
        let mut uses_xlink = false;
        self.walk(&mut |element| uses_xlink |= element.attributes.iter().any(|(name, _)| name.starts_with("xlink:")));
        if uses_xlink {
            declared.push(("xmlns:xlink".to_owned(), XLINK.to_owned()));
        }
        declared
    }
}

fn print(node: &Node, out: &mut String) {
    match node {
        Node::Element(element) => print_element(&element.name, &element.attributes, &element.children, out),
        Node::Text(text) => escape(text, None, out),
        Node::Comment(text) => out.extend(["<!--", text, "-->"]),
        Node::Instruction(raw) => out.push_str(raw),
    }
}

fn print_element(name: &str, attributes: &[(String, String)], children: &[Node], out: &mut String) {
    out.extend(["<", name]);
    for (name, value) in attributes {
        let quote = if value.contains('"') && !value.contains('\'') { '\'' } else { '"' };
        out.extend([" ", name, "="]);
        out.push(quote);
        escape(value, Some(quote), out);
        out.push(quote);
    }
    if children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    children.iter().for_each(|child| print(child, out));
    out.extend(["</", name, ">"]);
}

/// Text, or the value of an attribute between quotes.
fn escape(text: &str, quote: Option<char>, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Only `]]>` must not stand in text; a lone `>` may.
            '>' if quote.is_none() && out.ends_with("]]") => out.push_str("&gt;"),
            '"' if quote == Some('"') => out.push_str("&quot;"),
            '\'' if quote == Some('\'') => out.push_str("&apos;"),
            // White space that a parser would turn into a blank, or drop.
            '\n' | '\t' if quote.is_some() => out.push_str(if character == '\n' { "&#10;" } else { "&#9;" }),
            '\r' => out.push_str("&#13;"),
            _ => out.push(character),
        }
    }
}
