/** The part of a catalogue that the first screen does without; a build makes it. */
declare module "*.json?later" {
  const messages: Record<string, string>;
  export default messages;
}
