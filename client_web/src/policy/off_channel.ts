/**
 * Signs of going on where nothing is recorded: the server's rules, read as the server reads them.
 *
 * A hint, never a verdict. What the server finds in tests/policy_vectors.json is found here.
 */
import source from "./off_channel.gen.json";
import { finder } from "./rules";

/** A text with fewer has no telephone number in it. */
const ENOUGH_DIGITS = 7;

/** The kinds of signs in a text, in the order of the rules; none: empty. */
export const offChannel = finder(source, ENOUGH_DIGITS);
