import { computed, createApp, defineComponent, h, reactive, Transition } from "vue";
import { entries, type Entry } from "./entries";

const List = defineComponent({
  props: { heading: { type: String, required: true } },
  setup(props) {
    const state = reactive<{ text: string; list: Entry[] }>({ text: "", list: [...entries] });
    const count = computed(() => `${props.heading}: ${state.list.length}`);
    const add = () => {
      state.list.push({ id: state.list.length, text: state.text });
      state.text = "";
    };
    return () => [
      h("h1", { id: "heading" }, count.value),
      h("input", { id: "text", value: state.text, onInput: (event: Event) => (state.text = (event.target as HTMLInputElement).value) }),
      h("button", { id: "add", onClick: add }, "Add"),
      h(Transition, null, () => h("ul", { key: "list" }, state.list.map(({ id, text }) => h("li", { key: id }, text)))),
    ];
  },
});

createApp(List, { heading: "Orders" }).mount("#root");
