/** The other screens before the chat, fetched likewise: nobody who comes by a link waits for them. */
export { SessionLocked } from "./locked_model";
export { SessionNotice } from "./notice_model";
export { Objection } from "./objection";
export { FirstPassword } from "./own_password_model";
export { SessionRoleCode } from "./role_code";
export { AccountNotices } from "./told";
export { SessionVerify } from "./verify_model";
