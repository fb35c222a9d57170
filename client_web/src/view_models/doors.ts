/** The screens before the chat; fetched when one of them is shown, and when nothing else is to do. */
export { CodeSignIn } from "./client_sign_in_model";
export { OpenInvitation } from "./invitation_model";
export { SessionLocked } from "./locked_model";
export { SessionNotice } from "./notice_model";
export { ServerSignIn } from "./sign_in_model";
export { SessionVerify } from "./verify_model";
