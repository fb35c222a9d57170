/** The way back on a phone: a conversation, a sheet or search in it, and each layer over them are a step of the history. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import { type Steps, useBrowser } from "./browser";
import { Layers } from "./layers";

interface BackOptions {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  /** Closes what lies over or beside it; undefined: nothing does. */
  closeOver: (() => void) | undefined;
}

function depthOf(state: unknown): number {
  const depth = (state as { readonly onrecordDepth?: unknown } | null)?.onrecordDepth;
  return typeof depth === "number" ? depth : 0;
}

/** What is open, as steps see it. */
export interface Opened {
  /** How many steps deep the screen is. */
  depth(): number;
  /** Closes the uppermost; at depth 0 nothing. It may ask first, and stay. */
  closeTop(): void;
}

/**
 * Keeps the history as deep as the screen.
 *
 * A browser goes back some time after it was told to, and tells of it as of the back button. Until
 * then nothing else is done, and what is open by then decides.
 */
export class StepKeeper {
  private readonly steps: Steps;
  private readonly opened: Opened;
  private going = false;

  constructor(steps: Steps, opened: Opened) {
    this.steps = steps;
    this.opened = opened;
  }

  /** Call it when the screen is deeper or less deep than it was. */
  settle(): void {
    if (this.going) return;
    const there = depthOf(this.steps.state());
    const depth = this.opened.depth();
    for (let step = there + 1; step <= depth; step += 1) this.steps.push({ onrecordDepth: step });
    if (depth >= there) return;
    this.going = true;
    this.steps.go(depth - there);
  }

  /** The browser has gone to a step: by itself, or as it was told. */
  wentTo(state: unknown): void {
    if (!this.going) {
      const back = this.opened.depth() - depthOf(state);
      for (let closed = 0; closed < back; closed += 1) this.opened.closeTop();
    }
    this.going = false;
    this.settle();
  }
}

/** Returns what the back button of the screen does, and where its layers are counted. */
export function useBack(options: BackOptions): { back: () => void; layers: Layers } {
  const { model, conversation, closeOver } = options;
  const now = useRef(options);
  useLayoutEffect(() => {
    now.current = options;
  });
  const { steps } = useBrowser();
  const [layers] = useState(() => new Layers());
  const [keeper] = useState(() => {
    const below = () =>
      (now.current.conversation === undefined ? 0 : 1) +
      (now.current.closeOver === undefined ? 0 : 1);
    return new StepKeeper(steps, {
      depth: () => below() + layers.count,
      closeTop: () =>
        flushSync(() => {
          if (layers.closeTop()) return;
          if (now.current.closeOver === undefined) now.current.model.close();
          else now.current.closeOver();
        }),
    });
  });
  const open = conversation !== undefined;
  const over = closeOver !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever one of them comes or goes
  useEffect(() => keeper.settle(), [keeper, open, over]);
  // One may take another's place in the same moment: a dialog that of the menu it was chosen in.
  useEffect(() => layers.subscribe(() => queueMicrotask(() => keeper.settle())), [keeper, layers]);
  useEffect(() => steps.subscribe((state) => keeper.wentTo(state)), [keeper, steps]);
  return { back: useCallback(() => model.close(), [model]), layers };
}
