/** Ways in by a link, a code or a password; fetched when one is shown, and when nothing else is to do. */
export { CodeSignIn } from "./client_sign_in_model";
export { OpenInvitation } from "./invitation_model";
export { ServerSignIn } from "./sign_in_model";
