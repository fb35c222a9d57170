/** The parts of a catalogue that the first screen does without; a build makes them. */
declare module "*.json?doors" {
  const messages: Record<string, string>;
  export default messages;
}
declare module "*.json?later" {
  const messages: Record<string, string>;
  export default messages;
}
