/** The tab's history, as the views' port wants it (`views/browser.ts`). */
export const steps = {
  state: (): unknown => history.state,
  push: (state: object) => history.pushState(state, ""),
  replace: (state: object) => history.replaceState(state, ""),
  go: (by: number) => history.go(by),
  cameBack(): boolean {
    const [entry] = performance.getEntriesByType("navigation");
    return entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
  },
  subscribe(listener: (state: unknown) => void): () => void {
    const onPop = ({ state }: PopStateEvent) => listener(state);
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  },
};
