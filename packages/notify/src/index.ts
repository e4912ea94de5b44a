export { type AddressGuard, addressGuard, readNetworks } from "./address-guard.ts";
export { messageBody, messageId, type NotifyShape, parseMessageId } from "./message.ts";
export { loadNotifySecrets, tenantSecrets } from "./secret.ts";
export { nextDeliveryDelayMs } from "./schedule.ts";
export { openSender, type Sender, type SendOutcome, type SendReport } from "./sender.ts";
export { signatureHeaders } from "./signature.ts";
