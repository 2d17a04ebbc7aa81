// Files that are dropped anywhere on the page, or chosen: sent one after the other, to what they were dropped on.
const FILM = /\.(mkv|avi|mpe?g|m?ts|m2ts|vob|wmv|flv|ogv|mxf|dv|mov|mp4|m4v|webm)$/i;
const LARGE = 20e6; // bytes of a file that takes long enough to tell how far it is
const AT_ONCE = 1; // in the order in which they were given

export default {
  template: `
    <div class="bring">
      <input v-if="takes !== 'film'" ref="files" type="file" multiple accept="image/*,.tif,.tiff,.jp2,.pgm,.ppm,.heic" hidden @change="chosen">
      <input v-else ref="film" type="file" multiple accept="video/*,.mkv,.avi,.mpg,.ts,.mts,.m2ts,.vob,.wmv,.flv,.ogv,.mxf,.dv,.gif" hidden @change="chosen">
      <input ref="folder" type="file" webkitdirectory hidden @change="chosen">
      <input ref="one" type="file" hidden @change="chosenOne">
      <div class="curtain" v-if="over" aria-hidden="true"><p>{{ over === 'reference' ? 'Drop it: its colors will be followed' : over === 'settings' ? 'Drop the settings here' : takes === 'film' ? 'Drop your film' : 'Drop your photographs' }}</p></div>
      <p class="coming" role="status" aria-live="polite" v-if="total">Bringing {{ Math.min(done + 1, total) }} of {{ total }} …{{ share ? ' ' + share + ' %' : '' }}</p>
    </div>`,
  props: { takes: { type: String, default: "photograph" } },
  emits: ["brought", "refused"],
  data: () => ({ over: "", total: 0, done: 0, share: 0 }),
  mounted() {
    this.queue = [];
    this.running = 0;
    this.listeners = {
      dragover: (event) => { if (this.hasFiles(event)) { event.preventDefault(); this.over = this.purposeOf(event) || this.takes; } },
      dragleave: (event) => { if (!event.relatedTarget) this.over = ""; },
      drop: (event) => { if (this.hasFiles(event)) { event.preventDefault(); this.over = ""; this.dropped(event); } },
    };
    for (const [name, listener] of Object.entries(this.listeners)) addEventListener(name, listener);
  },
  unmounted() { for (const [name, listener] of Object.entries(this.listeners)) removeEventListener(name, listener); },
  methods: {
    hasFiles: (event) => [...(event.dataTransfer?.types || [])].includes("Files"),
    purposeOf: (event) => event.target.closest?.("[data-drop]")?.dataset.drop || "",
    choose(which) { this.$refs[which].value = ""; this.$refs[which].click(); },
    chooseOne(purpose) { this.purpose = purpose; this.choose("one"); },
    chosen(event) { this.bring([...event.target.files], ""); },
    chosenOne(event) { this.bring([...event.target.files], this.purpose); },
    async dropped(event) {
      const purpose = this.purposeOf(event);
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() || item.getAsFile()).filter(Boolean);
      const files = [];
      for (const entry of entries) await this.collect(entry, files);
      this.bring(purpose ? files.slice(0, 1) : files, purpose);
    },
    async collect(entry, files) {
      if (entry instanceof File) files.push(entry);
      else if (entry.isFile) files.push(await new Promise((found, failed) => entry.file(found, failed)));
      else if (entry.isDirectory) {
        const reader = entry.createReader();
        for (;;) { // it hands out a hundred at a time
          const some = await new Promise((found, failed) => reader.readEntries(found, failed));
          if (!some.length) break;
          for (const one of some.sort((a, b) => a.name.localeCompare(b.name))) await this.collect(one, files);
        }
      }
    },
    kindOf(file) {
      if (file.type.startsWith("image/") && file.type !== "image/gif") return "photograph";
      return this.takes === "film" || file.type.startsWith("video/") || FILM.test(file.name) ? "film" : "photograph";
    },
    bring(files, purpose) {
      const wanted = files.filter((file) => !file.name.startsWith("."));
      this.queue.push(...wanted.map((file) => ({ file, purpose: purpose || this.kindOf(file) })));
      this.total += wanted.length;
      while (this.running < AT_ONCE && this.queue.length) this.next();
    },
    sent(one) { // not by fetch, which cannot tell how far it is
      return new Promise((done, failed) => {
        const request = new XMLHttpRequest();
        request.open("POST", `/bring/${one.purpose}`);
        request.setRequestHeader("X-Name", encodeURIComponent(one.file.name));
        request.upload.onprogress = (event) => { this.share = event.total > LARGE ? Math.floor((100 * event.loaded) / event.total) : 0; };
        request.onload = () => done(request);
        request.onerror = failed;
        request.send(one.file);
      });
    },
    async next() {
      const one = this.queue.shift();
      if (!one) return;
      this.running++;
      try {
        const answer = await this.sent(one);
        const told = JSON.parse(answer.responseText);
        if (answer.status < 300) this.$emit("brought", { purpose: one.purpose, key: told });
        else this.$emit("refused", told);
      } catch {
        this.$emit("refused", `${one.file.name} could not be sent; check that graycolor still runs, and try again.`);
      }
      this.running--;
      this.share = 0;
      this.done++;
      if (this.done === this.total) this.total = this.done = 0;
      this.next();
    },
  },
};
