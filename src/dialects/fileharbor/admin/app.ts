import type { ApiApp } from '#http/api-app.ts'
import { registerChangeAdmins } from './admins/change.ts'
import { registerListAdmins } from './admins/list.ts'
import { registerChangePassword } from './auth/change-password.ts'
import { registerLogin } from './auth/login.ts'
import { registerLogout } from './auth/logout.ts'
import { registerMe } from './auth/me.ts'
import { registerRefresh } from './auth/refresh.ts'
import { registerChangeClients } from './clients/change.ts'
import { registerClientKeysAndAccess } from './clients/keys-and-access.ts'
import { registerListClients } from './clients/list.ts'

/** Everything below `/v2/admin`. */
export function registerAdmin(app: ApiApp): void {
  registerLogin(app)
  registerRefresh(app)
  registerLogout(app)
  registerMe(app)
  registerChangePassword(app)
  registerListAdmins(app)
  registerChangeAdmins(app)
  registerListClients(app)
  registerChangeClients(app)
  registerClientKeysAndAccess(app)
}
