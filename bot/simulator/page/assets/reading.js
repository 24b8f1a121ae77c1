// What is on the screen of a window somebody looks at counts as read, and where they are in it stays where it is.

const AT_END_PX = 60;

export class Reading {
  #told = new Map();
  #below = null;

  constructor(scroll, tell) {
    this.scroll = scroll;
    this.tell = tell;
    this.atEnd = true;
    const look = () => {
      this.atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < AT_END_PX;
    };
    scroll.addEventListener("scroll", look, { passive: true });
  }

  // Everything up to this message has been seen; told once.
  upTo(place, ts, thread) {
    const key = `${place}/${thread ?? ""}`;
    if (document.visibilityState !== "visible" || !ts || this.#told.get(key) === ts) return;
    this.#told.set(key, ts);
    this.tell("read", { ts, thread });
  }

  toEnd() {
    this.atEnd = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  // What is added above next will not move what is on the screen.
  holdPlace() {
    this.atEnd = false;
    this.#below = this.scroll.scrollHeight - this.scroll.scrollTop;
  }

  // After messages were drawn: the end stays the end, a held place stays where it was.
  settle() {
    if (this.#below !== null) {
      this.scroll.scrollTop = this.scroll.scrollHeight - this.#below;
      this.#below = null;
    } else if (this.atEnd) {
      this.scroll.scrollTop = this.scroll.scrollHeight;
    }
  }
}
