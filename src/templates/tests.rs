use super::*;

fn names(text: &str, language: Language) -> Vec<(How, String)> {
    read(text, language, "/static/").uses.into_iter().map(|found| (found.how, found.name)).collect()
}

#[track_caller]
fn expect(language: Language, text: &str, wanted: &[&str]) {
    let found: Vec<String> = names(text, language).into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn django() {
    let text = r#"{% extends "base.html" %}{% load static i18n %}{% load url from somewhere %}
        {# {% static 'comment.css' %} #}<!-- {% static 'html.css' %} -->
        {% comment "why" %}{% static 'block.css' %}{% endcomment %}{% verbatim x %}{% static 'verbatim.css' %}{% endverbatim x %}
        {% static 'css/app.css' %}{% static "js/main.js" as main %}{% static variable %}{% static 'a/'|add:b %}
        {% if static %}{% endif %}{% asset 'js/main.js' defer=True %}{{ "static 'x'" }}"#;
    let template = read(text, Language::Django, "/static/");
    assert_eq!(template.loads, ["static", "i18n", "somewhere"]);
    assert_eq!(template.dynamic, 2);
    assert_eq!(&text[..template.load_at], "{% extends \"base.html\" %}");
    let wanted = [(How::Static, "css/app.css"), (How::Static, "js/main.js"), (How::Asset, "js/main.js")];
    assert_eq!(names(text, Language::Django), wanted.map(|(how, name)| (how, name.to_owned())));
    for found in template.uses {
        assert_eq!(text[found.span.start..found.span.end], found.name);
    }
}

#[test]
fn jinja() {
    let text = r#"{{ static('a.css') }}{{ url_for('static', filename="b.css") }}{{ url_for('page', filename='no') }}
        {% raw %}{{ static('raw.css') }}{% endraw %}{# {{ static('c.css') }} #}{% set x = static("d.css") %}{{ static(e) }}
        {{ "static('f.css')" }}{{ mystatic('g.css') }}{{ static('h/' ~ i) }}"#;
    expect(Language::Jinja, text, &["a.css", "b.css", "d.css"]);
    assert_eq!(read(text, Language::Jinja, "/static/").dynamic, 2);
}

#[test]
fn other_languages() {
    expect(Language::Erb, r#"<%= image_tag "a.png" %><%# image_tag "b.png" %><%= image_path(c) %>"#, &["a.png"]);
    let tag = r#"<%= stylesheet_link_tag "app", media: "all" %>"#;
    assert_eq!(names(tag, Language::Erb), [(How::Extended("css"), "app".to_owned())]);
    expect(
        Language::Blade,
        r#"{{ asset('css/a.css') }}{{-- {{ asset('b') }} --}}{!! mix("/js/c.js") !!}"#,
        &["css/a.css", "/js/c.js"],
    );
    expect(Language::Eex, r#"<script src={Routes.static_path(@conn, "/js/a.js")}></script>"#, &["/js/a.js"]);
    expect(
        Language::Twig,
        "{{ asset('build/a.css') }}{% verbatim %}{{ asset('b') }}{% endverbatim %}",
        &["build/a.css"],
    );
    expect(Language::Go, r#"{{ asset "a.css" }}{{/* asset "b.css" */}}{{ .asset }}"#, &["a.css"]);
}

#[test]
fn urls_that_are_written_out() {
    let text = r#"<link href="/static/a.css?v=1"><img srcset='/static/b.png 1x, /static/c.png 2x'><p>/static/no.txt</p>
        <div style="background: url(/static/d.png)"></div><img src="static/e.png"><a href="/static/"></a>
        <img src="https://cdn.example/static/f.png"><img src="/static/{{ g }}.png"><img src="/static/h-{{ i }}.png">
        <!-- <img src="/static/j.png"> -->"#;
    expect(Language::Django, text, &["a.css", "b.png", "c.png", "d.png", "e.png"]);
}

#[test]
fn script_tags_without_a_type() {
    let plain = |text: &str| read(text, Language::Django, "/static/").uses[0].plain_script;
    assert!(plain("<script defer src=\"{% static 'a.js' %}\"></script>"));
    assert!(plain("<SCRIPT\n  src='/static/a.js'></SCRIPT>"));
    assert!(!plain("<script type=\"module\" src=\"{% static 'a.js' %}\"></script>"));
    assert!(!plain("<script src=\"{% static 'a.js' %}\" type=module></script>"));
    assert!(!plain("<script src=\"{% static 'a.js' %}\" {{ attributes }}></script>"));
    assert!(!plain("<script>let url = \"{% static 'a.js' %}\"</script>"));
    assert!(!plain("<link rel=modulepreload href=\"{% static 'a.js' %}\">"));
}

#[test]
fn nothing_that_is_left_open_is_lost_or_loops() {
    let template = read("{% static 'a.css' %}{% comment %}{% static 'b.css' %}", Language::Django, "/static/");
    assert_eq!(template.uses.len(), 1);
    assert_eq!(template.unclosed, Some(Span::new(20, 33)));
    expect(Language::Django, "{% static 'a.css'\n {% static 'b.css' %} {% static 'c.css", &["b.css"]);
    for text in
        ["{", "{%", "{{", "{#", "<!--", "{% %}", "{%%}", "{% static", "{% static ' %}", "<", "é{% static 'é' %}é"]
    {
        for language in [Language::Django, Language::Jinja, Language::Erb, Language::Blade, Language::Eex, Language::Go]
        {
            read(text, language, "/static/");
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "[{%}#<!>'\" =/a-zé\\-\n]{0,80}") {
        for language in [Language::Django, Language::Jinja, Language::Erb, Language::Blade, Language::Eex, Language::Twig, Language::Go] {
            for found in read(&text, language, "/static/").uses {
                proptest::prop_assert!(text[found.span.start..found.span.end].ends_with(&found.name));
            }
        }
    }
}
