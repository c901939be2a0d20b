/** The old server's internal ids of users, and what the client itself calls them: `Map<internal id, external id>`. */
export async function findUsers(source, images) {
  const users = new Map()
  for (const { user } of images) if (user?.externalUserId) users.set(user.id, user.externalUserId)
  // Not every FileHarbor lists its users.
  const listed = await source.pages('/users').catch(() => [])
  for (const { id, externalUserId } of listed) if (externalUserId) users.set(id, externalUserId)
  return users
}
