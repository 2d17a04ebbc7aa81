// A photograph at any size: before and after under one slider or side by side, and hints to be placed on it.
const STEP = 2; // percent that an arrow key moves the slider or the crosshair
const SMALL = 1600; // longest side of the pictures that come first
const CLICK = 5; // pixels that a hand may tremble

export default {
  template: `
    <div class="viewer" :class="{ side: isSide, stacked, placing, still, zoomed: scale > 1 }">
      <div class="stage" ref="stage" tabindex="0" role="group" :aria-label="stageLabel"
           @pointerdown="down" @pointermove="move" @pointerup="up" @pointercancel="cancel"
           @wheel.prevent="wheel" @keydown="stageKey" @focus="focused = true" @blur="focused = false">
        <div class="layer after" :style="layerStyle(1)">
          <div class="sheet" :style="sheetStyle">
            <img v-if="shown.after" :src="shown.after" :alt="name + ', in color'" draggable="false">
            <img v-if="veiled && veil" class="veil" :src="veil" alt="" draggable="false">
          </div>
        </div>
        <div class="layer before" :style="layerStyle(0)">
          <div class="sheet" :style="sheetStyle">
            <img v-if="shown.before" :src="shown.before" :alt="name + ', ' + beforeName" draggable="false">
          </div>
        </div>
        <span class="tag left" v-show="shown.before">{{ beforeName }}</span>
        <span class="tag right" v-show="shown.after">in color</span>
        <div class="layer marks" :style="layerStyle(2)">
          <button v-for="(mark, n) in marks" :key="n" class="mark" :class="{ chosen: n === chosen }"
                  :style="{ left: place(mark).x + 'px', top: place(mark).y + 'px', '--color': mark.color }"
                  :aria-label="'Hint ' + (n + 1) + ', ' + mark.color + '. Enter changes it, Delete removes it.'"
                  @pointerdown.stop="markDown($event, n)" @pointermove.stop="markMove($event, n)"
                  @pointerup.stop="markUp($event, n)" @keydown.stop="markKey($event, n)"></button>
          <i v-if="pending" class="mark pending" :style="{ left: place(pending).x + 'px', top: place(pending).y + 'px' }"></i>
          <i v-if="focused && cross" class="cross" :style="{ left: place(cross).x + 'px', top: place(cross).y + 'px' }"></i>
        </div>
        <div v-if="!isSide && shown.before && shown.after" class="edge" :style="{ left: at * 100 + '%' }">
          <div class="knob" role="slider" tabindex="0" :aria-label="'How much is seen of ' + beforeName"
               aria-valuemin="0" aria-valuemax="100" :aria-valuenow="Math.round(at * 100)"
               @pointerdown.stop="knobDown" @pointermove.stop="knobMove" @pointerup.stop="gripped = false"
               @keydown.stop="knobKey"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l-6 6 6 6M15 6l6 6-6 6"/></svg></div>
        </div>
        <div class="busy" role="status" aria-live="polite"><span v-if="busy"><i></i>{{ busy }}</span></div>
      </div>
      <p v-if="tells || hasTold" v-show="!still" class="tells" :style="{ visibility: tells ? 'visible' : 'hidden' }">A color is wrong? {{ touched ? 'Tap' : 'Click' }} on it.</p>
      <div class="tools" role="toolbar" aria-label="View" v-show="!still">
        <button @click="zoomBy(1 / 1.6)" :disabled="scale <= 1" aria-label="Smaller" title="Smaller (−)">−</button>
        <button @click="fit" class="word" :aria-label="'Size ' + percent + ' percent. Show the whole.'" title="The whole (0)">{{ percent }} %</button>
        <button @click="zoomBy(1.6)" :disabled="scale >= most" aria-label="Larger" title="Larger (+)">+</button>
        <span class="gap"></span>
        <button @click="$emit('undo')" :disabled="!canUndo" aria-label="Undo" title="Undo (Ctrl Z)"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5L4 10l5 5M4 10h10a6 6 0 010 12h-3" transform="translate(0 -1)"/></svg></button>
        <button @click="$emit('redo')" :disabled="!canRedo" aria-label="Redo" title="Redo (Ctrl Shift Z)"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l5 5-5 5M20 10H10a6 6 0 000 12h3" transform="translate(0 -1)"/></svg></button>
        <span class="gap"></span>
        <button class="word" :aria-pressed="mode === 'side'" @click="mode = mode === 'side' ? 'slide' : 'side'">Side by side</button>
        <button class="word" :aria-pressed="veiled" @click="veiled = !veiled" title="A veil lies over places whose color was guessed">Guesses</button>
      </div>
    </div>`,
  props: {
    name: String, before: String, after: String, veil: String, fullBefore: String, fullAfter: String,
    beforeName: { type: String, default: "gray" }, pixels: { type: Array, default: () => [1, 1] },
    hints: { type: Array, default: () => [] }, pending: Object, chosen: Number,
    placing: Boolean, still: Boolean, tells: Boolean, busy: String, canUndo: Boolean, canRedo: Boolean,
  },
  emits: ["place", "move", "select", "remove", "undo", "redo"],
  data: () => ({
    at: 0.5, scale: 1, x: 0, y: 0, width: 1, height: 1, mode: "slide", veiled: false, focused: false, cross: null, hasTold: false,
    shown: { before: null, after: null }, gripped: false, dragged: null,
  }),
  computed: {
    isSide() { return this.mode === "side" && !this.still; }, // what is only looked at has no other side
    touched: () => matchMedia("(hover: none)").matches,
    stacked() { return this.isSide && this.width < 620; },
    pane() {
      if (!this.isSide) return [this.width, this.height];
      return this.stacked ? [this.width, this.height / 2 - 1] : [this.width / 2 - 1, this.height];
    },
    fitted() {
      const [width, height] = this.pane, [across, down] = this.pixels;
      const factor = Math.min(width / across, height / down, Math.max(1, 2 / devicePixelRatio));
      return [across * factor, down * factor];
    },
    most() { return Math.max(2, (4 * this.pixels[0]) / this.fitted[0]); },
    percent() { return Math.round((100 * this.scale * this.fitted[0] * devicePixelRatio) / this.pixels[0]); },
    marks() { return this.hints.map((hint, n) => (this.dragged && this.dragged.n === n ? { ...hint, ...this.dragged.to } : hint)); },
    stageLabel() {
      if (!this.name) return "No photograph yet.";
      if (this.still) return this.shown.after ? `${this.name}, in its own colors.` : `${this.name} cannot be shown.`;
      if (!this.shown.after) return `${this.name}, not colored yet.`;
      return `${this.name}. Arrow keys move a crosshair, Enter places a color there; plus and minus change the size.`;
    },
    sheetStyle() {
      const [width, height] = this.fitted;
      return { width: `${width}px`, height: `${height}px`, transform: `translate(${this.x}px, ${this.y}px) scale(${this.scale})` };
    },
    isClose() { // whether more pixels are seen than the small picture has
      const longest = Math.max(...this.pixels), small = (SMALL * this.pixels[0]) / longest;
      return longest > SMALL && this.scale * this.fitted[0] * devicePixelRatio > 1.08 * small;
    },
  },
  watch: {
    before() { this.load("before"); },
    after() { this.load("after"); },
    isClose() { this.load("before"); this.load("after"); },
    pixels(now, old) { if (now[0] !== old[0] || now[1] !== old[1]) this.fit(); },
    name() { this.fit(); this.cross = null; },
    tells: { handler(now) { this.hasTold ||= now; }, immediate: true }, // its room stays, so that no picture moves under a hand
    isSide() { this.$nextTick(this.fit); },
  },
  mounted() {
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.$refs.stage);
    this.measure();
    this.load("before");
    this.load("after");
    this.keys = (event) => this.anyKey(event);
    addEventListener("keydown", this.keys);
    this.pointers = new Map();
  },
  unmounted() {
    this.observer.disconnect();
    removeEventListener("keydown", this.keys);
  },
  methods: {
    measure() {
      this.width = this.$refs.stage.clientWidth;
      this.height = this.$refs.stage.clientHeight;
      this.$nextTick(() => this.settle());
    },
    load(which) {
      const wanted = this[which];
      if (!wanted) { this.shown[which] = null; return; }
      const full = this.isClose && this[which === "before" ? "fullBefore" : "fullAfter"];
      const show = (address, then) => {
        const image = new Image();
        image.onload = () => { if (this[which] === wanted) { this.shown[which] = address; if (then) then(); } };
        image.src = address;
      };
      show(wanted, full ? () => show(full) : null);
    },
    layerStyle(which) {
      const [width, height] = this.pane;
      const first = which === 0 || !this.isSide;
      const style = { width: `${width}px`, height: `${height}px`, left: first || this.stacked ? 0 : `${this.width - width}px`, top: first || !this.stacked ? 0 : `${this.height - height}px` };
      if (which === 0 && !this.isSide) style.clipPath = `inset(0 ${(1 - this.at) * 100}% 0 0)`;
      return style;
    },
    place(mark) {
      const [width, height] = this.fitted;
      return { x: this.x + (this.scale * width * mark.x) / 100, y: this.y + (this.scale * height * mark.y) / 100 };
    },
    spot(event) {
      const box = this.$refs.stage.getBoundingClientRect(), [width, height] = this.fitted, [across, down] = this.pane;
      let left = event.clientX - box.left, top = event.clientY - box.top;
      if (this.isSide && !this.stacked && left > this.width / 2) left -= this.width - across;
      if (this.stacked && top > this.height / 2) top -= this.height - down;
      return { left, top, x: (100 * (left - this.x)) / (this.scale * width), y: (100 * (top - this.y)) / (this.scale * height) };
    },
    inside(spot) { return spot.x >= 0 && spot.y >= 0 && spot.x <= 100 && spot.y <= 100; },
    settle() {
      const [width, height] = this.pane, [across, down] = this.fitted;
      const one = (offset, room, length) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset)));
      this.x = one(this.x, width, this.scale * across);
      this.y = one(this.y, height, this.scale * down);
    },
    fit() { this.scale = 1; this.settle(); },
    zoomBy(factor, spot) {
      const [width, height] = this.pane, left = spot ? spot.left : width / 2, top = spot ? spot.top : height / 2;
      const scale = Math.min(this.most, Math.max(1, this.scale * factor)), ratio = scale / this.scale;
      this.x = left - (left - this.x) * ratio;
      this.y = top - (top - this.y) * ratio;
      this.scale = scale;
      this.settle();
    },
    wheel(event) { this.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.spot(event)); },
    down(event) {
      if (event.button) return;
      this.pointers.set(event.pointerId, event);
      this.$refs.stage.setPointerCapture(event.pointerId);
      this.start = { x: event.clientX, y: event.clientY, far: this.pointers.size > 1, px: this.x, py: this.y };
    },
    move(event) {
      if (!this.pointers.has(event.pointerId)) return;
      if (this.pointers.size === 2) { this.pinch(event); return; }
      const dx = event.clientX - this.start.x, dy = event.clientY - this.start.y;
      this.start.far = this.start.far || Math.hypot(dx, dy) > CLICK;
      if (this.start.far && this.scale > 1) { this.x = this.start.px + dx; this.y = this.start.py + dy; this.settle(); }
      else if (this.start.far && !this.isSide) this.slideTo(event);
    },
    pinch(event) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1], old = this.pointers.get(event.pointerId);
      const length = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.zoomBy(length(event) / length(old), this.spot({ clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 }));
      this.pointers.set(event.pointerId, event);
      this.start.far = true;
    },
    up(event) {
      if (!this.pointers.delete(event.pointerId)) return;
      const spot = this.spot(event);
      if (!this.start.far && !this.still && this.inside(spot)) this.say("place", spot, { corner: this.cornerOf(event) });
      if (this.pointers.size) { const left = [...this.pointers.values()][0]; this.start = { x: left.clientX, y: left.clientY, far: true, px: this.x, py: this.y }; }
    },
    cancel(event) { this.pointers.delete(event.pointerId); },
    say(what, spot, more) {
      const rounded = (value) => Math.round(Math.min(100, Math.max(0, value)) * 100) / 100;
      this.$emit(what, { x: rounded(spot.x), y: rounded(spot.y), ...more });
    },
    cornerOf(event) {
      const box = this.$refs.stage.getBoundingClientRect();
      return this.cornerAt({ x: event.clientX - box.left, y: event.clientY - box.top });
    },
    cornerAt(point) { return `${point.y < this.height / 2 ? "top" : "bottom"} ${point.x < this.width / 2 ? "left" : "right"}`; },
    slideTo(event) {
      const box = this.$refs.stage.getBoundingClientRect();
      this.at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    },
    knobDown(event) { this.gripped = true; event.target.closest(".knob").setPointerCapture(event.pointerId); },
    knobMove(event) { if (this.gripped) this.slideTo(event); },
    knobKey(event) {
      const step = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageUp: 10, PageDown: -10 }[event.key];
      const at = event.key === "Home" ? 0 : event.key === "End" ? 1 : step ? this.at + step / 100 : null;
      if (at === null) return;
      this.at = Math.min(1, Math.max(0, at));
      event.preventDefault();
    },
    markDown(event, n) {
      event.target.setPointerCapture(event.pointerId);
      this.dragged = { n, from: [event.clientX, event.clientY], to: {}, far: false };
    },
    markMove(event, n) {
      if (!this.dragged || this.dragged.n !== n) return;
      this.dragged.far = this.dragged.far || Math.hypot(event.clientX - this.dragged.from[0], event.clientY - this.dragged.from[1]) > CLICK;
      const spot = this.spot(event);
      if (this.dragged.far && this.inside(spot)) this.dragged = { ...this.dragged, to: { x: spot.x, y: spot.y } };
    },
    markUp(event, n) {
      const { far, to } = this.dragged || {};
      if (far && to.x !== undefined) this.say("move", to, { n });
      else this.$emit("select", { n, corner: this.cornerOf(event) });
      setTimeout(() => { this.dragged = null; }, far ? 400 : 0);
    },
    markKey(event, n) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (step) this.say("move", { x: this.hints[n].x + step[0], y: this.hints[n].y + step[1] }, { n });
      else if (event.key === "Delete" || event.key === "Backspace") this.$emit("remove", { n });
      else if (event.key === "Enter" || event.key === " ") this.$emit("select", { n, corner: this.cornerAt(this.place(this.hints[n])) });
      else return;
      event.preventDefault();
    },
    stageKey(event) {
      if (event.target !== this.$refs.stage || this.still) return;
      const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      const inside = (value) => Math.min(100, Math.max(0, value));
      if (step) {
        const from = this.cross || { x: 50 - step[0], y: 50 - step[1] };
        this.cross = { x: inside(from.x + step[0]), y: inside(from.y + step[1]) };
      } else if (event.key === "Enter" && this.cross) this.say("place", this.cross, { corner: this.cornerAt(this.place(this.cross)) });
      else if (event.key === "+" || event.key === "=") this.zoomBy(1.6, this.cross && { left: this.place(this.cross).x, top: this.place(this.cross).y });
      else if (event.key === "-") this.zoomBy(1 / 1.6);
      else if (event.key === "0") this.fit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    anyKey(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || /^(input|textarea)$/i.test(event.target.tagName)) return;
      this.$emit(event.shiftKey ? "redo" : "undo");
      event.preventDefault();
    },
  },
};
