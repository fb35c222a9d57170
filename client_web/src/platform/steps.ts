/** The tab's history, as the views' port wants it (`views/browser.ts`). */
export const steps = {
  state: (): unknown => history.state,
  push: (state: object) => history.pushState(state, ""),
  go: (by: number) => history.go(by),
  subscribe(listener: (state: unknown) => void): () => void {
    const onPop = ({ state }: PopStateEvent) => listener(state);
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  },
};
