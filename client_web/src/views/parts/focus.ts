/** What has the focus on the page that `element` stands on; undefined: nothing in particular. */
export function focusBeside(element: Element | null): Element | undefined {
  const { activeElement, body } = element?.ownerDocument ?? {};
  return activeElement === body ? undefined : (activeElement ?? undefined);
}
