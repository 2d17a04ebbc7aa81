// A folder as a wall of thumbnails: only what is seen is there, so that thousands need no more than a few.
const GAP = 14, CAPTION = 46, LEAST = 168; // pixels: between photographs, below each, and how wide one is at least
const PACE = 1000; // milliseconds between two looks at what has changed
const SHOWN = { all: "All", doubt: "Doubtful", look: "To look at", done: "Done", alone: "Left alone", trouble: "Not written" };
const MARKS = { d: "done", l: "to look at", a: "left alone", u: "" };

export default {
  template: `
    <div class="wall-of-prints" v-show="!opened">
      <div class="filters" role="toolbar" aria-label="Which photographs">
        <button v-for="(name, key) in names" :key="key" v-show="key !== 'trouble' || counts.trouble || filter === key" :aria-pressed="filter === key" @click="choose(key)">{{ name }} <span>{{ counts[key] }}</span></button>
        <span class="gap"></span>
        <span class="soft" role="status">{{ progress }}</span>
      </div>
      <p class="told" v-if="sentence" role="status">{{ sentence }}</p>
      <div class="prints" ref="prints" @scroll.passive="look" tabindex="-1">
        <div role="listbox" aria-label="Photographs of the folder" :style="{ height: rows * step + 'px' }">
          <div v-for="one in there" :key="one.id" class="print" :class="{ told: one.sentence }" role="option" :id="'print-' + one.id"
               :aria-selected="one.id === current" :aria-setsize="list.length" :aria-posinset="one.place + 1"
               :aria-label="labelOf(one)" :title="one.sentence || one.name" :tabindex="one.id === current ? 0 : -1"
               :style="styleOf(one.place)" @click="open(one.id)" @focus="current = one.id">
            <div class="shows" :style="{ height: height + 'px' }">
              <img v-if="one.pictured" :src="'/shoebox/thumbnail/' + one.id + '.jpg?v=' + one.version" alt="" draggable="false" @error="$event.target.style.visibility = 'hidden'">
              <i v-else class="empty" :class="{ not: one.state === 'failed' }"></i>
              <b v-if="one.doubtful && !one.mark" class="dot"></b>
              <span v-if="one.mark && !one.making" class="mark-of" :class="classOf(one.mark)" aria-hidden="true">{{ signOf(one.mark) }}</span>
            </div>
            <div class="called">{{ one.name }}</div>
            <div class="soft">{{ wordOf(one) }}</div>
          </div>
        </div>
        <p v-if="!list.length && entries.size" class="nothing">No photographs here.</p>
      </div>
      <p class="news" role="status">{{ news }}</p>
      <p class="keys">Arrow keys walk, <kbd>Enter</kbd> opens. <kbd>D</kbd> done, <kbd>L</kbd> to look at, <kbd>A</kbd> left alone, <kbd>U</kbd> no mark.</p>
    </div>`,
  props: { opened: { type: String, default: "" } },
  emits: ["open", "mark", "close", "counted"],
  data: () => ({
    entries: new Map(), edition: -1, version: -1, sentence: "", filter: "all", current: "", width: 800, tall: 600, top: 0,
    frozen: null, names: SHOWN, news: "", written: 0,
  }),
  computed: {
    columns() { return Math.max(2, Math.floor((this.width + GAP) / (LEAST + GAP))); },
    across() { return (this.width - GAP * (this.columns - 1)) / this.columns; },
    height() { return Math.round(this.across * 0.75); },
    step() { return this.height + CAPTION + GAP; },
    sorted() {
      const rank = (one) => {
        if (one.mark) return { "to look at": 0, done: 5, "left alone": 6 }[one.mark];
        return one.doubtful ? 1 : one.state === "failed" ? 2 : one.state === "ready" ? 3 : one.state === "waiting" ? 4 : 7;
      };
      const keyed = [...this.entries.values()].map((one, place) => [rank(one), one.confidence, place, one]);
      return keyed.sort((a, b) => a[0] - b[0] || (a[0] < 5 ? a[1] - b[1] : 0) || a[2] - b[2]).map((each) => each[3]);
    },
    list() { return this.sorted.filter((one) => this.belongs(one, this.filter)); },
    rows() { return Math.ceil(this.list.length / this.columns); },
    there() {
      const first = Math.max(0, Math.floor(this.top / this.step) - 1) * this.columns;
      const last = (Math.ceil((this.top + this.tall) / this.step) + 1) * this.columns;
      const seen = this.list.slice(first, last).map((one, n) => ({ ...one, place: first + n }));
      const place = this.list.findIndex((one) => one.id === this.current); // where the keyboard is stays there
      if (place >= 0 && (place < first || place >= last)) seen.push({ ...this.list[place], place });
      return seen;
    },
    counts() {
      const counts = Object.fromEntries(Object.keys(SHOWN).map((key) => [key, 0]));
      for (const one of this.entries.values()) for (const key in counts) counts[key] += this.belongs(one, key);
      return counts;
    },
    waiting() { return [...this.entries.values()].filter((one) => one.state === "waiting").length; },
    rest() { return [...this.entries.values()].filter((one) => one.state === "ready" && !one.doubtful && !one.mark && !one.troubled).length; },
    toMark() { return `${this.rest} of ${this.entries.size}`; },
    making() { return [...this.entries.values()].filter((one) => one.making).length; },
    progress() {
      const all = this.entries.size, left = this.waiting;
      const making = this.making ? `Writing ${this.making} result${this.making === 1 ? "" : "s"} …` : "";
      return [left ? `Looked at ${all - left} of ${all} …` : "", making].filter(Boolean).join(" ");
    },
  },
  watch: {
    opened(now, old) {
      if (now) { this.current = now; this.frozen = this.frozen || this.list.map((one) => one.id); }
      else { this.frozen = null; this.$nextTick(() => { this.measure(); this.focus(old); }); }
    },
    making(now, old) { if (!old) this.written = 0; },
    toMark() { this.$emit("counted", { rest: this.rest, all: this.entries.size }); },
  },
  mounted() {
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.$refs.prints);
    this.keys = (event) => this.key(event);
    addEventListener("keydown", this.keys);
    this.measure();
    this.fetch();
  },
  unmounted() {
    this.observer.disconnect();
    clearTimeout(this.timer);
    removeEventListener("keydown", this.keys);
  },
  beforeUpdate() { this.held = this.$refs.prints.contains(document.activeElement) && document.activeElement !== this.$refs.prints; },
  updated() { if (this.held && !this.$refs.prints.contains(document.activeElement)) this.focus(this.current); },
  methods: {
    measure() {
      if (this.opened || !this.$refs.prints.clientWidth) return;
      const style = getComputedStyle(this.$refs.prints);
      this.width = this.$refs.prints.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      this.tall = this.$refs.prints.clientHeight;
      this.look();
    },
    look() { this.top = this.$refs.prints.scrollTop; },
    async fetch() {
      clearTimeout(this.timer);
      try {
        const seen = this.opened ? [] : this.there.filter((one) => !one.pictured && one.state !== "failed").map((one) => one.id);
        const answer = await fetch(`/shoebox/changes?since=${this.version}&edition=${this.edition}&seen=${seen.slice(0, 100).join(",")}`);
        if (answer.ok) this.take(await answer.json());
      } catch { /* it is asked again; that the connection is lost is told elsewhere */ }
      this.timer = setTimeout(() => this.fetch(), PACE);
    },
    take(told) {
      const entries = told.edition === this.edition ? new Map(this.entries) : new Map();
      for (const one of told.entries) {
        this.hear(one, this.entries.get(one.id));
        entries.set(one.id, one);
      }
      if (told.entries.length || told.edition !== this.edition) this.entries = entries;
      this.edition = told.edition;
      this.version = told.version;
      this.sentence = told.sentence;
      if (!this.entries.has(this.current)) this.current = this.list[0]?.id || "";
      if (!this.begun && this.current && !this.opened) { this.begun = true; this.$nextTick(() => this.focus(this.current)); }
    },
    hear(one, before) { // what was written, stays or cannot be written, of one photograph; of many at once how many
      if (before && one.troubled && one.sentence !== before.sentence) this.news = one.sentence + (one.offers ? " Open it to replace or to keep it." : "");
      if (!before || !one.news || one.news === before.news) return;
      this.written = one.news.startsWith("Written: ") ? this.written + 1 : 0;
      const failed = this.counts.trouble ? ` ${this.counts.trouble} could not be written; see “Not written”.` : "";
      this.news = this.written > 1 ? `Written: ${this.written} results, each beside its photograph.${failed}` : one.news;
    },
    belongs(one, key) {
      if (key === "trouble") return one.troubled;
      if (key === "done" && one.making) return false; // not before it lies there
      if (key === "doubt") return one.doubtful && !one.mark;
      return key === "all" || one.mark === { look: "to look at", done: "done", alone: "left alone" }[key];
    },
    choose(key) {
      this.filter = key;
      this.$refs.prints.scrollTop = 0;
      if (!this.list.some((one) => one.id === this.current)) this.current = this.list[0]?.id || "";
    },
    classOf: (mark) => mark.split(" ")[0],
    signOf: (mark) => ({ done: "✓", "to look at": "?", "left alone": "–" })[mark],
    wordOf(one) {
      if (one.troubled) return one.offers ? "A result is there already" : "Not written";
      if (one.making) return "Writing …";
      if (one.mark) return { done: "Done", "to look at": "To look at", "left alone": "Left alone" }[one.mark];
      if (one.state === "ready" && !one.confidence) return "Colored"; // by a network that knows no confidence
      if (one.state === "ready") return one.doubtful ? "Doubtful" : `${Math.round(100 * one.confidence)} % sure`;
      return one.state === "waiting" ? "Waiting" : one.reason;
    },
    labelOf(one) { return [one.name, this.wordOf(one), one.mark && one.doubtful ? "doubtful" : "", one.sentence].filter(Boolean).join(", "); },
    styleOf(place) {
      const column = place % this.columns, row = Math.floor(place / this.columns);
      return { width: `${this.across}px`, transform: `translate(${column * (this.across + GAP)}px, ${row * this.step}px)` };
    },
    open(id) {
      this.current = id;
      this.frozen = this.list.map((one) => one.id);
      this.tell(id);
    },
    tell(id) {
      const place = this.frozen.indexOf(id);
      this.$emit("open", { id, place: place + 1, count: this.frozen.length });
    },
    turn(step) { // to the neighbor, in the order that held when the first one was opened
      const id = this.frozen?.[this.frozen.indexOf(this.opened) + step];
      if (id) this.tell(id);
    },
    focus(id) {
      const place = this.list.findIndex((one) => one.id === id);
      if (place < 0) return;
      this.current = id;
      const top = Math.floor(place / this.columns) * this.step, prints = this.$refs.prints;
      if (top < prints.scrollTop) prints.scrollTop = top;
      else if (top + this.step > prints.scrollTop + this.tall) prints.scrollTop = top + this.step - this.tall;
      this.look();
      this.$nextTick(() => document.getElementById(`print-${id}`)?.focus({ preventScroll: true }));
    },
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (/^(textarea|select)$/i.test(event.target.tagName) || (event.target.tagName === "INPUT" && !/^(range|checkbox|color)$/.test(event.target.type))) return;
      if (event.target.closest?.('[role="dialog"]')) return;
      if (this.opened ? this.deskKey(event) : this.wallKey(event)) event.preventDefault();
    },
    deskKey(event) {
      const key = event.key.toLowerCase();
      const palette = document.querySelector(".palette:not(.hidden) header button");
      if (event.key === "Escape" && palette) palette.click();
      else if (event.key === "Escape") this.$emit("close");
      else if (key in MARKS) this.$emit("mark", { id: this.opened, mark: MARKS[key] });
      else if (key === "n" || key === "p") this.turn(key === "n" ? 1 : -1);
      else return false;
      return true;
    },
    wallKey(event) {
      if (!event.target.closest?.(".print")) return false;
      const place = this.list.findIndex((one) => one.id === this.current), last = this.list.length - 1;
      const page = Math.max(1, Math.floor(this.tall / this.step)) * this.columns;
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -page, PageDown: page, Home: -last, End: last }[event.key];
      if (step) this.focus(this.list[Math.min(last, Math.max(0, place + step))]?.id);
      else if (event.key === "Enter" || event.key === " ") this.open(this.current);
      else if (event.key.toLowerCase() in MARKS) this.markHere(MARKS[event.key.toLowerCase()], place);
      else return false;
      return true;
    },
    markHere(mark, place) {
      const one = this.list[place], next = (mark && this.list[place + 1]) || one;
      if (!one) return;
      this.written = 0;
      this.news = "";
      this.$emit("mark", { id: one.id, mark });
      if (mark === "done" && /^(failed|in color)$/.test(one.state)) return; // the server says why nothing comes of it
      this.entries.set(one.id, { ...one, mark, making: mark === "done" }); // the eye does not wait; the server tells it again
      this.entries = new Map(this.entries);
      this.$nextTick(() => { // after a mark the next is at hand, after none the same; whatever the order is now
        const there = this.list.some((each) => each.id === next.id);
        this.focus(there ? next.id : this.list[Math.min(place, this.list.length - 1)]?.id);
      });
    },
  },
};
